// One manifest in Mirador, in the page's own colours; as a workspace it can hold more beside it.
(() => {
  const place = document.getElementById("viewer");
  const root = document.documentElement;
  const many = Number(place.dataset.pages) > 1;
  const workspace = "workspace" in place.dataset;
  const opened = { manifestId: place.dataset.manifest };
  if (place.dataset.canvas) opened.canvasId = place.dataset.canvas;
  if (place.dataset.region) {
    // Mirador counts in pixels of the canvas, its zoom in widths of the view.
    const [x, y, width, height] = place.dataset.region.split(",").map(Number);
    const zoom = Math.min(1 / width, place.clientWidth / place.clientHeight / height);
    opened.initialViewerConfig = { x: x + width / 2, y: y + height / 2, zoom };
  }
  const palette = (mode, paper, mat, wall, accent) => ({
    palette: {
      mode,
      background: { default: paper, paper },
      primary: { main: accent },
      secondary: { main: accent },
      shades: { dark: wall, main: paper, light: mat },
    },
  });
  const viewer = Mirador.viewer({
    id: "viewer",
    selectedTheme: root.dataset.theme,
    themes: {
      light: palette("light", "#faf8f3", "#f0ece3", "#e9e4d9", "#8c3a22"),
      dark: palette("dark", "#161512", "#211f1b", "#0d0c0a", "#e3a07f"),
    },
    windows: [opened],
    catalog: [{ manifestId: place.dataset.manifest }],
    window: {
      allowClose: workspace,
      allowFullscreen: true,
      allowMaximize: workspace,
      allowTopMenuButton: many || workspace,
      hideWindowTitle: !workspace,
      sideBarOpen: false,
      sideBarPanel: many ? "canvas" : "info",
    },
    // With texts beside comments and tags; in 2.1 too.
    annotations: {
      filteredMotivations: ["commenting", "tagging", "supplementing", "transcribing", "describing", "oa:commenting", "oa:tagging", "oa:describing", "sc:painting"],
    },
    thumbnailNavigation: { defaultPosition: many ? "far-bottom" : "off" },
    workspace: { type: workspace ? "mosaic" : "single", showZoomControls: true, allowNewWindows: workspace },
    workspaceControlPanel: { enabled: workspace },
  });
  root.addEventListener("themechange", (event) => {
    viewer.store.dispatch(Mirador.updateConfig({ selectedTheme: event.detail }));
  });
})();
