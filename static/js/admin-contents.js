// The contents of a manifest as a tree of ranges: dragged (by Alpine's sort), moved with the arrow keys, saved together.
(() => {
  let changed = false;
  const panel = () => document.querySelector("[data-contents]");
  const say = (sentence) => { panel().querySelector("[data-said]").textContent = sentence; };
  const mark = () => {
    changed = true;
    say("Not saved yet.");
  };

  // ------------------------------------------------------------------------------------------------------------ tree
  const inner = (range) => range.querySelector(":scope > [data-ranges]");
  const add = (list) => {
    const range = panel().querySelector("template[data-template=range]").content.firstElementChild.cloneNode(true);
    range.dataset.tag = panel().dataset.tag;
    list.append(range);
    range.querySelector("[data-label]").focus();
    mark();
  };
  const moves = {
    ArrowUp: (range) => range.previousElementSibling?.before(range),
    ArrowDown: (range) => range.nextElementSibling?.after(range),
    ArrowRight: (range) => range.previousElementSibling && inner(range.previousElementSibling).append(range),
    ArrowLeft: (range) => range.parentElement.closest("[data-range]")?.after(range),
  };
  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest("[data-range-handle]");
    if (!handle || !(event.key in moves)) return;
    event.preventDefault();
    moves[event.key](handle.closest("[data-range]"));
    handle.focus();
    mark();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-contents]")) return;
    const range = event.target.closest("[data-range]");
    if (event.target.closest("[data-add-range]")) add(panel().querySelector(":scope > [data-ranges]"));
    else if (event.target.closest("[data-add-inner]")) add(inner(range));
    else if (event.target.closest("[data-remove-range]")) {
      range.replaceWith(...inner(range).children);
      mark();
    } else if (event.target.closest("[data-save-contents]")) save();
  });
  document.addEventListener("input", (event) => event.target.closest("[data-contents]") && mark());
  document.addEventListener("gcis:arranged", mark);

  // ---------------------------------------------------------------------------------------------------------- saving
  const pages = (range, order) => {
    if (range.querySelector(":scope > .gcis-range-line [data-kept]")?.checked) return "kept";
    const [first, last] = ["first", "last"].map((name) => range.querySelector(`:scope > .gcis-range-line [data-${name}]`).value.trim());
    if (!first && !last) return [];
    const ends = [first || last, last || first].map((number) => order[Number(number) - 1]);
    if (ends.includes(undefined)) throw new RangeError(`There are pages 1 to ${order.length}.`);
    return ends;
  };
  const rows = (list, order) => [...list.children].map((range) => ({
    id: range.dataset.range,
    tag: range.dataset.tag,
    label: range.querySelector("[data-label]").value,
    pages: pages(range, order),
    rows: rows(inner(range), order),
  }));
  const save = async () => {
    const root = panel();
    let sent;
    try {
      sent = rows(root.querySelector(":scope > [data-ranges]"), JSON.parse(root.dataset.order));
    } catch (problem) {
      return say(problem.message);
    }
    say("Saving…");
    const body = new URLSearchParams({ seen: root.dataset.seen, rows: JSON.stringify(sent) });
    const token = JSON.parse(root.closest("[hx-headers]").getAttribute("hx-headers"))["X-CSRFToken"];
    let answer;
    try {
      answer = await fetch(root.dataset.save, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (!answer.ok) return say((await answer.json()).problem);
    } catch {
      return say("The server did not answer. Nothing was saved; try again.");
    }
    root.outerHTML = await answer.text();
    htmx.process(panel());
    changed = false;
    say("Saved.");
    return document.body.dispatchEvent(new CustomEvent("gcis:saved"));
  };
  window.addEventListener("beforeunload", (event) => changed && event.preventDefault());
})();
