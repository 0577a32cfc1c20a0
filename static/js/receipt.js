/* Two helps on the page that shows a code once: copy it, print the page. Their buttons are hidden where there is no JavaScript. */
(() => {
  "use strict";

  const code = document.querySelector("[data-code]");
  if (!code) return;
  const said = document.querySelector("[data-code-said]");
  const tell = (words) => {
    if (said) said.textContent = words;
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.trim());
        tell("Copied. Paste it where only you look, and then copy something else.");
      } catch {
        tell("Your browser did not allow that. Please write the code down.");
      }
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
