// The grid of pages: labels in place, pictures that are being converted, pages that come and go.
(() => {
  const ASK_EVERY = 2000;
  const MOST_ASKED = 50;

  const start = (root) => {
    const { pictures, add, label, out, size, token } = root.dataset;

    const send = async (url, fields) => {
      const body = fields instanceof URLSearchParams ? fields : new URLSearchParams(fields);
      try {
        const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
        return await response.json();
      } catch {
        return { problem: "The server did not answer. Nothing was saved; try again." };
      }
    };
    const saved = () => document.body.dispatchEvent(new CustomEvent("gcis:saved"));
    const reload = () => document.body.dispatchEvent(new CustomEvent("gcis:reload"));
    const complain = (card, sentence) => {
      const place = card.querySelector("[data-problem]");
      place.textContent = sentence ?? "";
      place.hidden = !sentence;
    };

    // -------------------------------------------------------------------------------------------------------- labels
    const tell = (card, now) => {
      const input = card.querySelector("[data-called]");
      if (now.label !== undefined) {
        input.dataset.seen = now.label;
        input.dataset.tag = now.tag;
        if (!now.problem) input.value = now.label;
        input.title = now.label;
        const source = card.querySelector("[data-source]");
        source.hidden = now.source === null && !now.differs;
        card.querySelector("[data-source-text]").textContent = now.source === null ? "The source says nothing." : `Source: ${now.source}`;
        card.querySelector("[data-keep]").hidden = !now.differs;
      }
      complain(card, now.problem);
    };
    const call = async (card, more = {}) => {
      const input = card.querySelector("[data-called]");
      const { tag, seen } = input.dataset;
      input.dataset.state = "saving";
      const now = await send(label, { page: card.dataset.key, label: input.value, tag, seen, ...more });
      input.dataset.state = now.problem ? "refused" : "saved";
      tell(card, now);
      if (!now.problem) saved();
    };
    root.addEventListener("change", (event) => event.target.matches("[data-called]") && call(event.target.closest("[data-key]")));
    root.addEventListener("keydown", (event) => {
      if (!event.target.matches("[data-called]")) return;
      if (event.key === "Escape") {
        event.target.value = event.target.dataset.seen;
        complain(event.target.closest("[data-key]"));
      } else if (event.key === "Enter") {
        event.preventDefault();
        const next = event.target.closest("[data-key]").nextElementSibling?.querySelector("[data-called]");
        event.target.blur();
        next?.focus();
        next?.select();
      }
    });

    // --------------------------------------------------------------------------------------------------------- pages
    root.addEventListener("click", async (event) => {
      const card = event.target.closest("[data-key]");
      if (event.target.closest("[data-take]")) call(card, { source: "yes" });
      if (event.target.closest("[data-keep]")) call(card, { keep: "yes" });
      const chosen = event.target.closest("button[data-size]")?.dataset.size;
      if (chosen) {
        const now = await send(size, { page: card.dataset.key, [chosen]: "yes" });
        if (now.problem) return complain(card, now.problem);
        reload();
        saved();
      }
      if (event.target.closest("button[data-out]") && window.confirm("Take this page out? Its picture stays among the images.")) {
        const now = await send(out, { page: card.dataset.key });
        if (now.problem) return complain(card, now.problem);
        reload();
        saved();
      }
    });
    document.addEventListener("gcis:uploaded", async (event) => {
      const now = await send(add, new URLSearchParams(event.detail.images.map((key) => ["image", key])));
      if (now.problem) root.querySelector("[data-here]").prepend(Object.assign(document.createElement("p"), { className: "gcis-wrong", textContent: now.problem }));
      reload();
      saved();
    });

    // ------------------------------------------------------------------------------------------------------ pictures
    const ask = async () => {
      const live = [...root.querySelectorAll("[data-live]")].slice(0, MOST_ASKED);
      if (live.length && !document.hidden) {
        const asked = new URLSearchParams(live.map((face) => ["id", face.closest("[data-key]").dataset.key]));
        const answer = await fetch(`${pictures}?${asked}`).catch(() => null);
        if (answer?.ok) {
          const piece = document.createElement("template");
          piece.innerHTML = await answer.text();
          for (const face of [...piece.content.children]) document.getElementById(face.id)?.replaceWith(face);
          if (!root.querySelector("[data-live]")) saved();
        }
      }
      setTimeout(ask, ASK_EVERY);
    };
    setTimeout(ask, ASK_EVERY);
  };

  document.querySelectorAll("[data-pictures]").forEach(start);
})();
