"use strict";
(() => {
  const tools = document.getElementById("finding-tools");
  const field = document.getElementById("finding-filter");
  const said = document.getElementById("finding-count");
  if (tools && field && said) {
    const items = [...document.querySelectorAll("[data-finding]")];
    const texts = items.map((item) => item.textContent.toLowerCase());
    const filter = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      items.forEach((item, i) => {
        item.hidden = !words.every((word) => texts[i].includes(word));
        shown += item.hidden ? 0 : 1;
      });
      said.textContent = `${shown} of ${items.length} shown`;
    };
    field.addEventListener("input", filter);
    filter();
    tools.hidden = false;
  }
  if (!navigator.clipboard) return;
  for (const code of document.querySelectorAll("code[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${code.textContent}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select and copy by hand";
      }
    });
    code.after(button);
  }
})();
