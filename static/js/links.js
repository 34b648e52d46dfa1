// The icon carries the address of the document into the viewer it is dropped on; a button copies it.
for (const link of document.querySelectorAll("[data-iiif]")) {
  link.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/uri-list", link.href);
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
