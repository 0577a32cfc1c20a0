/* The quick way out: empties the forms of the page, then replaces it by a neutral one. Esc three times within two seconds does the same.
   Without JavaScript the link is a plain link. What the browser's history keeps, no page can take away. */
(() => {
  "use strict";

  const link = document.querySelector("[data-leave]");
  if (!link) return;
  const within = 2000;
  let presses = [];

  const leave = () => {
    for (const field of document.querySelectorAll("input, textarea, select")) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = false;
      else field.value = "";
    }
    document.title = "";
    document.body.hidden = true;
    window.location.replace(link.href);
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    presses = [...presses, event.timeStamp].filter((then) => event.timeStamp - then < within);
    if (presses.length >= 3) leave();
  });
  for (const words of document.querySelectorAll("[data-leave-keys]")) words.hidden = false;
})();
