"use strict";
// The receipt prints at a press of Enter, or of its button.
(() => {
  const button = document.getElementById("print");
  button.addEventListener("click", () => window.print());
  button.focus();
})();
