// One manifest in the Universal Viewer.
(() => {
  const place = document.getElementById("viewer");
  const { manifest, canvas, region } = place.dataset;
  const stage = Object.assign(document.createElement("div"), { id: "uv", className: "uv" });
  place.replaceChildren(stage);
  const resize = () => {
    stage.style.width = `${place.clientWidth}px`;
    stage.style.height = `${place.clientHeight}px`;
  };
  resize();
  const opened = { iiifManifestId: manifest, embedded: true };
  if (canvas) opened.canvasId = canvas;
  if (region) opened.xywh = region;
  const viewer = UV.init("uv", opened);
  new ResizeObserver(() => {
    resize();
    viewer.resize();
  }).observe(place);
})();
