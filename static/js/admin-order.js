// Puts pages or members into an order: by dragging, by keys, by position, or all at once. Saved together; until then
// every step can be undone. The list is fetched as one piece, and again when something else has changed it.
(() => {
  const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
  const same = (one, other) => one.length === other.length && one.every((key, index) => key === other[index]);

  const start = (root) => {
    const here = root.querySelector("[data-here]");
    let saved = []; // the order that the server has
    let current = []; // the order on the page
    let steps = []; // the orders before it

    const list = () => here.querySelector("[data-items]");
    const items = () => [...(list()?.children ?? [])];
    const keys = () => items().map((item) => item.dataset.key);
    const part = (name) => here.querySelector(`[data-${name}]`);
    const say = (sentence) => { if (part("said")) part("said").textContent = sentence; };

    // ------------------------------------------------------------------------------------------------------ the list
    const number = () => items().forEach((item, index) => {
      const place = item.querySelector("[data-place]");
      if (place) place[place.tagName === "INPUT" ? "value" : "textContent"] = index + 1;
    });
    const arrange = (wanted) => {
      const known = new Map(items().map((item) => [item.dataset.key, item]));
      const named = wanted.filter((key) => known.has(key)).map((key) => known.get(key));
      const moved = new Set(named);
      const others = items().filter((item) => !moved.has(item));
      list().append(...named, ...others);
      number();
      current = keys();
    };
    const show = () => {
      if (!part("unsaved")) return;
      const unsaved = !same(current, saved);
      part("unsaved").hidden = !unsaved && !steps.length;
      here.querySelectorAll("[data-do=save], [data-do=discard]").forEach((button) => { button.hidden = !unsaved; });
    };
    // What the page holds now is a step; what it held before can be had again.
    const step = () => {
      const now = keys();
      if (!same(now, current)) steps.push(current);
      current = now;
      number();
      show();
    };
    const load = async () => {
      const unsaved = !same(current, saved) && current;
      const answer = await fetch(root.dataset.list);
      if (!answer.ok) return;
      here.innerHTML = await answer.text();
      saved = current = keys();
      steps = steps.length && unsaved ? steps : [];
      if (unsaved) arrange(unsaved);
      show();
      root.dispatchEvent(new CustomEvent("gcis:listed"));
    };

    // ----------------------------------------------------------------------------------------------------- one item
    const move = (item, to) => {
      const all = items();
      const from = all.indexOf(item);
      const place = Math.max(0, Math.min(all.length - 1, to));
      if (from === place || Number.isNaN(place)) return number();
      list().insertBefore(item, all[place + (place > from ? 1 : 0)] ?? null);
      step();
      say(`Moved to position ${place + 1}. Not saved yet.`);
    };
    here.addEventListener("keydown", (event) => {
      const item = event.target.closest("[data-key]");
      if (event.target.matches("[data-place]") && event.key === "Enter") {
        event.preventDefault();
        event.target.blur();
      } else if (event.target.closest("[data-handle]")) {
        const index = items().indexOf(item);
        const to = { ArrowLeft: index - 1, ArrowUp: index - 1, ArrowRight: index + 1, ArrowDown: index + 1, Home: 0, End: Infinity }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        move(item, to);
        item.querySelector("[data-handle]").focus();
        item.scrollIntoView({ block: "nearest" });
      }
    });
    here.addEventListener("change", (event) => {
      if (!event.target.matches("[data-place]")) return;
      const item = event.target.closest("[data-key]");
      move(item, Number.parseInt(event.target.value, 10) - 1);
      item.scrollIntoView({ block: "nearest" });
    });
    here.addEventListener("gcis:sorted", () => {
      step();
      say("Moved. Not saved yet.");
    });

    // --------------------------------------------------------------------------------------------------- all of them
    const label = (item) => {
      const called = item.querySelector("[data-called]");
      return called.value ?? called.textContent;
    };
    const save = async () => {
      say("Saving…");
      const sent = current;
      const body = new URLSearchParams({ order: sent.join(","), seen: saved.join(",") });
      let answer;
      try {
        const response = await fetch(root.dataset.order, { method: "POST", body, headers: { "X-CSRFToken": root.dataset.token } });
        answer = await response.json();
      } catch {
        return say("The server did not answer. Nothing was saved; try again.");
      }
      if (answer.problem) {
        // Sent again, it is meant: over the order that is there now.
        if (same([...answer.order].sort(), [...current].sort())) saved = answer.order;
        else await load();
        show();
        return say(answer.problem);
      }
      saved = answer.order;
      if (same(current, sent)) steps = [];
      part("take-order").hidden = false;
      show();
      say("The order is saved.");
      return document.body.dispatchEvent(new CustomEvent("gcis:saved"));
    };
    const doing = {
      reverse: () => arrangeStep([...current].reverse(), "Reversed. Not saved yet."),
      sort: () => arrangeStep(
        items().sort((one, other) => natural(label(one), label(other))).map((item) => item.dataset.key),
        "Sorted. Not saved yet.",
      ),
      undo: () => {
        if (!steps.length) return;
        arrange(steps.pop());
        show();
        say("Undone.");
      },
      discard: () => {
        steps = [];
        arrange(saved);
        show();
        say("As it was.");
      },
      save,
    };
    const arrangeStep = (wanted, sentence) => {
      steps.push(current);
      arrange(wanted);
      show();
      say(sentence);
    };
    here.addEventListener("click", (event) => doing[event.target.closest("[data-do]")?.dataset.do]?.());

    window.addEventListener("beforeunload", (event) => same(current, saved) || event.preventDefault());
    document.body.addEventListener("gcis:reload", load);
    load();
  };

  document.querySelectorAll("[data-order]").forEach(start);
})();
