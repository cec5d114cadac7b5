// A button that is replaced between press and release never hears of its click.

/** Draws at once, or when what is pressed inside `box` has been let go. */
export function unlessPressed(box, draw) {
  const isPressed = box.matches(":active") || box.querySelector(":active"); // the space bar presses a button alone
  if (isPressed) requestAnimationFrame(() => unlessPressed(box, draw));
  else draw();
}
