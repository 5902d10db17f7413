"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);

  function speak(language) {
    root.lang = language;
    all("span[lang], [data-spoken]").forEach((item) => { item.hidden = item.lang !== language; });
    all("h3, .cards > li").forEach((heading) => {
      const spoken = Array.from(heading.children);
      if (spoken.length && spoken.every((item) => item.hidden)) { spoken[0].hidden = false; }
    });
    all("option, #switch").forEach((item) => { item.textContent = item.dataset[language]; });
    one("switch").lang = language === "en" ? "es" : "en";
    all("#explore").forEach((link) => { link.setAttribute("href", `${link.dataset.page}#l=${language}`); });
    document.dispatchEvent(new Event("spoken"));
  }

  one("switch").hidden = false;
  one("switch").addEventListener("click", () => speak(root.lang === "en" ? "es" : "en"));
  speak(navigator.language.startsWith("es") ? "es" : "en");
})();
