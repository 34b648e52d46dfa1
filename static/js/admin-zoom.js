// Deep zoom on the page of a picture. Without OpenSeadragon the plain picture stays.
(() => {
  const show = async (place) => {
    const address = place.dataset.zoom;
    if (!address || !window.OpenSeadragon) return;
    const answer = await fetch(address);
    if (!answer.ok) return;
    const info = await answer.json();
    // This host and not the public name of it: only here the session of staff opens what is closed.
    const source = new OpenSeadragon.IIIFTileSource({ ...info, id: address.replace(/\/info\.json$/, ""), version: 3 });
    // Browsers keep tiles for minutes; those of a picture that was replaced since are others.
    const plain = source.getTileUrl;
    source.getTileUrl = (...where) => `${plain.apply(source, where)}?${place.dataset.generation}`;
    place.replaceChildren();
    OpenSeadragon({
      element: place,
      tileSources: [source],
      prefixUrl: place.dataset.buttons,
      drawer: "canvas",
      showNavigator: true,
      maxZoomPixelRatio: 4,
      gestureSettingsMouse: { scrollToZoom: true },
    }).addOnceHandler("tile-drawn", () => { place.dataset.shown = "yes"; });
  };
  const all = () => document.querySelectorAll(".gcis-zoom:not([data-shown])").forEach(show);
  all();
  document.addEventListener("htmx:oobAfterSwap", all);
})();
