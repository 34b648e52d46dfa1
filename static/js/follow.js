// While pictures are being converted the page follows, but not under the visitor's hands: a search half typed, the place
// in the page and what has the keyboard's focus stay.
(() => {
  const main = document.getElementById("main");
  let shown = main.innerHTML;
  const follow = async () => {
    let done = false;
    try {
      const answer = await fetch(location.href);
      if (answer.ok && !main.contains(document.activeElement)) {
        const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
        done = !now.querySelector("[role=status]");
        if (now.innerHTML !== shown) {
          shown = now.innerHTML;
          main.replaceChildren(...now.childNodes);
        }
      }
    } catch { /* the service is away just now */ }
    if (!done) setTimeout(follow, 6000);
  };
  setTimeout(follow, 6000);
})();
