"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const narrow = matchMedia("(max-width: 40rem)").matches;

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

  function find(box) {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    box.closest("[data-spoken]").querySelectorAll("details").forEach((fold) => {
      const rows = Array.from(fold.querySelectorAll("[data-name]"));
      rows.forEach((row) => { row.hidden = !words.every((word) => plain(row.dataset.name).includes(word)); });
      fold.hidden = rows.every((row) => row.hidden);
      fold.open = words.length > 0 || !narrow;
    });
  }

  all(".find").forEach((label) => {
    const box = label.querySelector("input");
    label.hidden = false;
    box.addEventListener("input", () => find(box));
    find(box);
  });
  one("switch").hidden = false;
  one("switch").addEventListener("click", () => speak(root.lang === "en" ? "es" : "en"));
  speak(navigator.language.startsWith("es") ? "es" : "en");
})();
