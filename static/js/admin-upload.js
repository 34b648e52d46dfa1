// Sends files, each by a request of its own, and follows their conversions until each is ready or has failed.
(() => {
  const AT_ONCE = 2;
  const ASK_EVERY = 1000;
  const MOST_ASKED = 50;
  const SESSION_OVER = "Your session is over. Log in again in another window, then send the file once more.";
  const byName = new Intl.Collator(undefined, { numeric: true }).compare;

  const start = (box) => {
    const { post, states, replace, limit, tooLarge, token } = box.dataset;
    const replaces = "replaces" in box.dataset;
    const input = box.querySelector("input[type=file]");
    const drop = box.querySelector(".gcis-drop");
    const said = box.querySelector(".gcis-said");
    const list = box.querySelector(".gcis-sent");
    const template = box.querySelector("template");
    const watched = new Map(); // uuids of pictures and their rows
    const counts = { chosen: 0, sent: 0, refused: 0, ready: 0, failed: 0 };
    let sending = 0;

    const tell = () => {
      const parts = [`${counts.sent} of ${counts.chosen} sent`];
      if (counts.refused) parts.push(`${counts.refused} refused`);
      if (counts.ready) parts.push(`${counts.ready} ready`);
      if (counts.failed) parts.push(`${counts.failed} not converted`);
      said.textContent = `${parts.join(", ")}.`;
    };

    // ------------------------------------------------------------------------------------------------------ one row
    const newRow = (file) => {
      const item = template.content.firstElementChild.cloneNode(true);
      const part = (name) => item.querySelector(name);
      const row = {
        item,
        image: null,
        name: part("a"),
        outcome: part(".gcis-outcome"),
        progress: part("progress"),
        sentence: part(".gcis-sentence"),
        small: part(".gcis-thumbnail"),
        again: part(".gcis-again"),
      };
      row.again.addEventListener("click", () => {
        const another = document.createElement("input");
        another.type = "file";
        another.accept = input.accept;
        another.addEventListener("change", () => another.files.length && mend(row, another.files[0]));
        another.click();
      });
      list.append(item);
      name(row, file.name);
      return row;
    };
    const name = (row, text) => {
      row.name.textContent = text;
      row.progress.setAttribute("aria-label", `Progress of ${text}`);
      row.again.setAttribute("aria-label", `Send another file for ${text}`);
    };
    const working = (row, outcome, percent) => {
      row.item.dataset.state = "working";
      row.outcome.textContent = outcome;
      row.sentence.textContent = "";
      row.again.hidden = true;
      row.progress.hidden = false;
      if (percent === null) row.progress.removeAttribute("value");
      else row.progress.value = percent;
    };
    const over = (row, state, outcome, sentence) => {
      row.item.dataset.state = state;
      row.outcome.textContent = outcome;
      row.sentence.textContent = sentence;
      row.progress.hidden = true;
      row.again.hidden = state === "ready" || replaces;
    };
    const refuse = (row, sentence) => {
      counts.refused += 1;
      over(row, "refused", "not taken", sentence);
    };

    // ------------------------------------------------------------------------------------------------------ sending
    // The answer's data, or { problem } with a sentence.
    const request = (url, file, fields, row) => new Promise((done) => {
      const data = new FormData();
      for (const [key, value] of Object.entries(fields)) data.append(key, value);
      data.append("file", file, file.name);
      const asking = new XMLHttpRequest();
      asking.open("POST", url);
      asking.setRequestHeader("X-CSRFToken", token);
      asking.upload.addEventListener("progress", (now) => {
        working(row, "being sent", now.lengthComputable ? (100 * now.loaded) / now.total : null);
      });
      asking.addEventListener("error", () => done({ problem: "The connection broke. Send the file again." }));
      asking.addEventListener("load", () => {
        try {
          done(JSON.parse(asking.responseText));
        } catch {
          const expired = asking.responseURL.includes("/login/") || asking.status === 403;
          done({ problem: expired ? SESSION_OVER : `The server did not take the file (${asking.status}).` });
        }
      });
      asking.send(data);
    });
    const send = async (url, file, fields, row) => {
      working(row, "being sent", 0);
      sending += 1;
      const answer = await request(url, file, fields, row);
      sending -= 1;
      if (answer.problem) {
        refuse(row, answer.problem);
      } else {
        counts.sent += 1;
        follow(row, answer);
      }
      tell();
      return answer;
    };
    const choose = async (files) => {
      const chosen = [...files].sort((one, other) => byName(one.name, other.name)).map((file) => [file, newRow(file)]);
      counts.chosen += chosen.length;
      tell();
      const fits = chosen.filter(([file, row]) => file.size <= Number(limit) || refuse(row, tooLarge));
      const images = fits.map(() => null);
      const one = async (index, fields) => {
        const answer = await send(post, ...[fits[index][0], fields, fits[index][1]]);
        images[index] = answer.image || null;
        return answer;
      };
      if (fits.length) {
        // The first opens the batch that the others are part of.
        const { batch } = await one(0, fits.length > 1 && !replaces ? { together: fits.length } : {});
        let next = 1;
        const lane = async () => { while (next < fits.length) await one(next++, batch ? { batch } : {}); };
        await Promise.all(Array.from({ length: AT_ONCE }, lane));
      }
      tell();
      announce(images.filter(Boolean));
    };
    const announce = (images) => {
      if (images.length) box.dispatchEvent(new CustomEvent("gcis:uploaded", { bubbles: true, detail: { images } }));
    };
    // Another file in the place of one that was refused, or could not be converted.
    const mend = async (row, file) => {
      if (row.image) counts.failed -= 1;
      else counts.refused -= 1;
      name(row, file.name);
      if (file.size > Number(limit)) return refuse(row, tooLarge);
      if (row.image) {
        counts.sent -= 1;
        return send(replace.replace("00000000-0000-0000-0000-000000000000", row.image), file, {}, row);
      }
      const answer = await send(post, file, {}, row);
      return announce([answer.image].filter(Boolean));
    };

    // ------------------------------------------------------------------------------------------------------ watching
    const follow = (row, answer) => {
      row.image = answer.image;
      if (replaces && answer.outcome === "unchanged") {
        over(row, "ready", "not changed", "These are the bytes that are there already.");
      } else if (replaces) {
        location.reload();
      } else {
        working(row, "waiting for its conversion", null);
        watched.set(answer.image, row);
        watch();
      }
    };
    let watching = false;
    const watch = async () => {
      if (watching) return;
      watching = true;
      while (watched.size) {
        await new Promise((done) => { setTimeout(done, ASK_EVERY); });
        await ask();
      }
      watching = false;
    };
    const ask = async () => {
      const asked = [...watched.keys()].slice(0, MOST_ASKED);
      try {
        const answer = await fetch(`${states}?${new URLSearchParams(asked.map((key) => ["id", key]))}`);
        const { images } = await answer.json();
        images.forEach(update);
        tell();
      } catch {
        said.textContent = "The server does not answer. The files that were sent are safe.";
      }
    };
    const update = (now) => {
      const row = watched.get(now.image);
      name(row, now.name);
      row.name.href = now.page;
      if (now.thumbnail) {
        const picture = document.createElement("img");
        picture.src = now.thumbnail;
        picture.alt = "";
        if (row.small.firstChild?.getAttribute("src") !== now.thumbnail) row.small.replaceChildren(picture);
      }
      if (now.live) {
        working(row, now.percent === null ? "waiting for its conversion" : "being converted", now.percent);
        // Those that wait longest make room for others to be asked about.
        watched.delete(now.image);
        watched.set(now.image, row);
        return;
      }
      watched.delete(now.image);
      if (now.failed) counts.failed += 1;
      else counts.ready += 1;
      over(row, now.failed ? "failed" : "ready", now.failed ? "not converted" : now.state, now.sentence);
    };

    // ------------------------------------------------------------------------------------------------------ choosing
    input.hasChangeListener = true; // else django-unfold looks for a text field beside it, and fails
    input.addEventListener("change", () => {
      choose(input.files);
      input.value = "";
    });
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("gcis-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("gcis-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("gcis-over");
      choose(replaces ? [...event.dataTransfer.files].slice(0, 1) : event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", (event) => sending && event.preventDefault());
  };

  for (const box of document.querySelectorAll(".gcis-upload:not([data-started])")) {
    box.dataset.started = "yes";
    start(box);
  }
})();
