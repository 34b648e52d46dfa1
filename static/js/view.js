// One manifest in Mirador, filling the page, in the page's own light or dark.
(() => {
  const place = document.getElementById("mirador");
  const root = document.documentElement;
  const many = Number(place.dataset.pages) > 1;
  const opened = { manifestId: place.dataset.manifest };
  if (place.dataset.canvas) opened.canvasId = place.dataset.canvas;
  const viewer = Mirador.viewer({
    id: "mirador",
    selectedTheme: root.dataset.theme,
    windows: [opened],
    window: {
      allowClose: false,
      allowMaximize: false,
      allowTopMenuButton: many,
      hideWindowTitle: true,
      sideBarOpen: false,
      defaultSideBarPanel: many ? "canvas" : "info",
    },
    thumbnailNavigation: { defaultPosition: many ? "far-bottom" : "off" },
    workspace: { type: "single", showZoomControls: true, allowNewWindows: false },
    workspaceControlPanel: { enabled: false },
  });
  root.addEventListener("themechange", (event) => {
    if (Mirador.updateConfig) viewer.store.dispatch(Mirador.updateConfig({ selectedTheme: event.detail }));
  });
})();
