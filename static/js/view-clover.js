// One manifest in Clover, a web component; a part of it as a content state.
(() => {
  const place = document.getElementById("viewer");
  const { manifest, canvas, state } = place.dataset;
  const viewer = document.createElement("clover-viewer");
  viewer.setAttribute("iiif-content", canvas ? state : manifest);
  place.replaceChildren(viewer);
})();
