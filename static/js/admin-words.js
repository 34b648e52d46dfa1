// The form of words: rows for texts and pairs come and go, and all of it is sent as one piece of JSON.
(() => {
  const form = () => document.querySelector("form[data-words]");
  let changed = false;

  const copy = (name) => form().querySelector(`template[data-template=${name}]`).content.firstElementChild.cloneNode(true);
  const mark = () => {
    changed = true;
    const said = form().querySelector("[data-said]");
    if (said) said.textContent = "Not saved yet.";
  };

  // ------------------------------------------------------------------------------------------------------------ rows
  // The languages of all fields, most used first.
  const languages = () => {
    const counts = new Map();
    for (const tag of form().querySelectorAll("[data-text] [data-tag]")) {
      if (tag.value.trim()) counts.set(tag.value.trim(), (counts.get(tag.value.trim()) ?? 0) + 1);
    }
    return [...counts].sort((one, other) => other[1] - one[1]).map(([tag]) => tag);
  };
  const addText = (texts) => {
    const there = [...texts.querySelectorAll("[data-tag]")].map((tag) => tag.value.trim());
    const row = copy("text");
    row.querySelector("[data-tag]").value = languages().find((tag) => !there.includes(tag)) ?? "";
    row.querySelector("[data-value]").setAttribute("aria-label", texts.dataset.title);
    texts.insertBefore(row, texts.querySelector("[data-add-text]"));
    row.querySelector("[data-tag]").value ? row.querySelector("[data-value]").focus() : row.querySelector("[data-tag]").focus();
  };
  const actions = {
    addText: (button) => addText(button.closest("[data-texts]")),
    removeText: (button) => {
      const texts = button.closest("[data-texts]");
      if (texts.querySelectorAll("[data-text]").length > 1) button.closest("[data-text]").remove();
      else texts.querySelector("[data-value]").value = "";
      texts.querySelector("[data-value]").focus();
    },
    addPair: (button) => {
      const pair = copy("pair");
      button.closest("[data-field]").querySelector("[data-pairs]").append(pair);
      pair.querySelector("[data-value]").focus();
    },
    addRow: (button) => {
      const row = copy(button.dataset.addRow);
      button.closest("[data-field]").querySelector("[data-rows]").append(row);
      row.querySelector("[data-value]").focus();
    },
    removeRow: (button) => button.closest("[data-row]").remove(),
    rowUp: (button) => {
      const row = button.closest("[data-row]");
      row.previousElementSibling?.before(row);
      button.focus();
    },
    rowDown: (button) => {
      const row = button.closest("[data-row]");
      row.nextElementSibling?.after(row);
      button.focus();
    },
    removePair: (button) => button.closest("[data-pair]").remove(),
    pairUp: (button) => {
      const pair = button.closest("[data-pair]");
      pair.previousElementSibling?.before(pair);
      button.focus();
    },
    pairDown: (button) => {
      const pair = button.closest("[data-pair]");
      pair.nextElementSibling?.after(pair);
      button.focus();
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form[data-words] button");
    for (const [name, act] of Object.entries(actions)) {
      if (button && name in button.dataset) {
        act(button);
        mark();
      }
    }
  });

  // --------------------------------------------------------------------------------------------------------- sending
  const texts = (box) => [...box.querySelectorAll("[data-text]")].map((row) => [row.querySelector("[data-tag]").value, row.querySelector("[data-value]").value]);
  const pair = (box) => Object.fromEntries(["label", "value"].map((half) => [half, texts(box.querySelector(`[data-half=${half}]`))]));
  const row = (box) => ({
    ...Object.fromEntries([...box.querySelectorAll("[data-part]")].map((input) => [input.dataset.part, input.value])),
    label: texts(box.querySelector("[data-half=label]")),
    kept: box.dataset.kept,
  });
  const rows = (field) => [...field.querySelectorAll("[data-row]")].map(row);
  const readers = {
    links: rows,
    agents: rows,
    place: (field) => row(field.querySelector("[data-row]")),
    text: texts,
    pair,
    pairs: (field) => [...field.querySelectorAll("[data-pair]")].map(pair),
    rights: (field) => field.querySelector(field.querySelector("[data-rights]").value === "other" ? "[data-address]" : "[data-rights]").value,
    choices: (field) => [...field.querySelectorAll("[data-choice]:checked")].map((choice) => choice.value).filter(Boolean),
  };
  const read = (field) => (readers[field.dataset.kind] ?? (() => field.querySelector("[data-line]").value))(field);
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("form[data-words]")) return;
    const fields = [...event.target.querySelectorAll("[data-field]")];
    const seen = Object.fromEntries(fields.map((field) => [field.dataset.field, JSON.parse(field.dataset.seen)]));
    const said = Object.fromEntries(fields.map((field) => [field.dataset.field, read(field)]));
    event.detail.parameters = { words: JSON.stringify({ seen, said }) };
  });
  const failed = (event) => {
    if (!event.target.closest("form[data-words]")) return;
    const { xhr } = event.detail;
    const plain = xhr?.getResponseHeader("Content-Type")?.startsWith("text/plain");
    form().querySelector("[data-said]").textContent = plain ? xhr.responseText : "The server did not take it. Nothing was saved; try again.";
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:afterSettle", () => {
    if (!form()) return;
    prepare();
    form().querySelector(".gcis-alert, [data-wrong]")?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    // Only the whole form says that all of it was saved.
    if (event.detail.requestConfig?.elt?.matches("form[data-words]")) changed = "dirty" in form().dataset;
  });

  // --------------------------------------------------------------------------------------------------------- looking
  // The address is asked for only where none of the statements is meant.
  const prepare = () => {
    const select = form().querySelector("[data-rights]");
    const address = form().querySelector("[data-address]");
    if (!select.dataset.ready) {
      select.dataset.ready = "yes";
      if (address.value && select.value !== address.value) select.value = "other";
    }
    address.hidden = select.value !== "other";
  };
  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-words]")) return;
    if (event.target.matches("[data-tag]")) event.target.parentElement.querySelector("[data-value]").lang = event.target.value;
    if (event.target.matches("[data-rights]")) prepare();
    mark();
  });
  window.addEventListener("beforeunload", (event) => changed && event.preventDefault());
  if (form()) prepare();
})();
