// The IIIF link can be dragged into a viewer, and its address be copied.
for (const link of document.querySelectorAll("[data-iiif]")) {
  link.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/uri-list", link.dataset.iiif);
    event.dataTransfer.setData("text/plain", link.dataset.iiif);
  });
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const said = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      prompt("The address:", button.dataset.copy);
    }
    setTimeout(() => { button.textContent = said; }, 1500);
  });
}
