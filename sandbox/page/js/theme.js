// A classic script in the head, so that the page never flashes in the wrong colours.
(() => {
  const KEY = "sandbox.theme";
  const root = document.documentElement;
  const stored = localStorage.getItem(KEY);
  if (stored) root.dataset.theme = stored;

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-testid=theme]");
    if (!button) return;
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem(KEY, root.dataset.theme);
    button.setAttribute("aria-pressed", String(dark()));
  });
})();
