// Notes on pages: a rectangle that is drawn on the picture becomes the region, and what is typed as region is shown on it.
(() => {
  const parts = (form) => ({ region: form.querySelector("[data-region]"), draw: form.querySelector("[data-draw]") });
  const limit = (value, most) => Math.min(Math.max(value, 0), most);

  const show = (draw, text) => {
    const box = draw.querySelector("[data-box]");
    const numbers = text.split(",").map((part) => Number.parseInt(part, 10));
    box.hidden = numbers.length !== 4 || numbers.some(Number.isNaN) || !numbers[2] || !numbers[3];
    if (box.hidden) return;
    const [across, down] = [100 / Number(draw.dataset.width), 100 / Number(draw.dataset.height)];
    Object.assign(box.style, {
      left: `${numbers[0] * across}%`, top: `${numbers[1] * down}%`, width: `${numbers[2] * across}%`, height: `${numbers[3] * down}%`,
    });
  };

  // The picture is fetched when somebody wants to draw on it.
  document.addEventListener("toggle", (event) => {
    const draw = event.target.open && event.target.querySelector?.("[data-draw]");
    if (!draw) return;
    const image = draw.querySelector("img");
    if (!image.src) image.src = image.dataset.src;
    show(draw, parts(draw.closest("form")).region.value);
  }, true);

  document.addEventListener("pointerdown", (event) => {
    const draw = event.target.closest?.("[data-draw]");
    if (!draw || event.button) return;
    event.preventDefault();
    draw.setPointerCapture(event.pointerId);
    const { region } = parts(draw.closest("form"));
    const frame = draw.getBoundingClientRect();
    const [width, height] = [Number(draw.dataset.width), Number(draw.dataset.height)];
    const place = (at) => [
      Math.round((limit(at.clientX - frame.left, frame.width) / frame.width) * width),
      Math.round((limit(at.clientY - frame.top, frame.height) / frame.height) * height),
    ];
    const [fromX, fromY] = place(event);
    const move = (at) => {
      const [x, y] = place(at);
      const size = [Math.abs(x - fromX), Math.abs(y - fromY)];
      region.value = size[0] && size[1] ? [Math.min(x, fromX), Math.min(y, fromY), ...size].join(", ") : "";
      show(draw, region.value);
    };
    const stop = () => {
      draw.removeEventListener("pointermove", move);
      draw.removeEventListener("pointerup", stop);
      draw.removeEventListener("pointercancel", stop);
    };
    draw.addEventListener("pointermove", move);
    draw.addEventListener("pointerup", stop);
    draw.addEventListener("pointercancel", stop);
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-region]")) return;
    const { draw } = parts(event.target.closest("form"));
    if (draw) show(draw, event.target.value);
  });

  // unfold looks for its own field of text beside every field for files, and fails where there is none.
  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".gcis-leaf input[type=file], .gcis-text-files input[type=file]")) event.stopPropagation();
  }, true);
})();
