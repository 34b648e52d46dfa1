// What is in a collection: found as one types, put in, taken out; and what becomes of pictures uploaded into it.
(() => {
  const WAIT = 250;
  const soon = (call) => {
    let waiting;
    return (...given) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => call(...given), WAIT);
    };
  };
  const fire = (name) => document.body.dispatchEvent(new CustomEvent(name));

  const start = (root) => {
    const finder = document.querySelector("[data-find]");
    const found = document.querySelector("[data-found]");

    const send = async (url, member) => {
      const options = { method: "POST", body: new URLSearchParams({ member }), headers: { "X-CSRFToken": root.dataset.token } };
      const answer = await fetch(url, options).then((response) => response.json()).catch(() => ({ problem: "The server did not answer." }));
      if (answer.problem) return window.alert(answer.problem);
      fire("gcis:reload");
      return fire("gcis:saved");
    };
    const find = async () => {
      const asked = finder.value;
      const answer = await fetch(`${finder.dataset.find}?${new URLSearchParams({ q: asked })}`);
      if (answer.ok && asked === finder.value) found.innerHTML = await answer.text();
    };
    finder?.addEventListener("input", soon(find));
    finder?.addEventListener("keydown", (event) => {
      if (event.key === "Enter") found.querySelector("[data-put]")?.focus();
    });
    found?.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-put]");
      if (!button) return;
      await send(root.dataset.put, button.dataset.put);
      find();
    });
    root.addEventListener("click", (event) => {
      const item = event.target.closest("button[data-out]")?.closest("[data-key]");
      const label = item?.querySelector("[data-called]").textContent;
      if (item && window.confirm(`Take “${label}” out of this collection? Nothing else happens to it.`)) send(root.dataset.out, item.dataset.key);
    });
  };

  // -------------------------------------------------------------------------------------- a collection, in other forms
  const suggest = soon(async (input) => {
    const answer = await fetch(`${input.dataset.finds}?${new URLSearchParams({ q: input.value })}`);
    if (!answer.ok) return;
    const found = Object.entries(await answer.json());
    input.list.replaceChildren(...found.map(([identifier, label]) => Object.assign(document.createElement("option"), { value: identifier, textContent: label })));
  });
  document.querySelectorAll("input[data-finds]").forEach((input, index) => {
    input.after(Object.assign(document.createElement("datalist"), { id: `gcis-finds-${index}` }));
    input.setAttribute("list", `gcis-finds-${index}`);
    input.addEventListener("input", () => suggest(input));
  });

  // ------------------------------------------------------------------------------------------- works of uploaded pictures
  const works = (form) => {
    let images = [];
    const show = () => {
      form.hidden = !images.length;
      form.querySelector("[data-count]").textContent = images.length === 1 ? "1 picture" : `${images.length} pictures`;
    };
    document.addEventListener("gcis:uploaded", (event) => {
      images = [...new Set([...images, ...event.detail.images])];
      show();
    });
    form.addEventListener("htmx:configRequest", (event) => {
      const each = form.elements.how.value === "each";
      event.detail.parameters = each ? { image: images, each: "yes" } : { image: images, label: form.elements.label.value };
    });
    form.addEventListener("htmx:beforeRequest", () => { form.querySelector("[data-problem]").textContent = ""; });
    form.addEventListener("htmx:responseError", (event) => {
      form.querySelector("[data-problem]").textContent = event.detail.xhr.responseText;
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful) return;
      images = [];
      form.reset();
      show();
    });
  };

  document.querySelectorAll("[data-put][data-order]").forEach(start);
  document.querySelectorAll("[data-works]").forEach(works);
})();
