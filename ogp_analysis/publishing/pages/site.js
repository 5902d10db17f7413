"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const filters = ["notebook", "language", "edition"];
  const reports = all("li[data-text]");

  function speak(language) {
    root.lang = language;
    all("span[lang]").forEach((span) => { span.hidden = span.lang !== language; });
    all("h2").forEach((heading) => {
      const spoken = Array.from(heading.children);
      if (spoken.every((span) => span.hidden)) { spoken[0].hidden = false; }
    });
    all("option, #switch").forEach((item) => { item.textContent = item.dataset[language]; });
    one("switch").lang = language === "en" ? "es" : "en";
    count();
  }

  function count() {
    if (!one("count")) { return; }
    const shown = reports.filter((report) => !report.hidden).length;
    one("count").textContent = one("count").dataset[root.lang]
      .replace("{shown}", shown).replace("{total}", reports.length);
    one("nothing").hidden = shown > 0;
  }

  function filter() {
    const words = plain(one("search").value).split(/\s+/).filter(Boolean);
    const wanted = filters.filter((name) => one(name).value);
    reports.forEach((report) => {
      report.hidden = !(words.every((word) => report.dataset.text.includes(word))
        && wanted.every((name) => report.dataset[name] === one(name).value));
    });
    all("section").forEach((section) => { section.hidden = !section.querySelector("li:not([hidden])"); });
    count();
  }

  if (one("filters")) {
    one("filters").hidden = false;
    one("count").hidden = false;
    one("filters").addEventListener("input", filter);
    one("filters").addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
  one("switch").hidden = false;
  one("switch").addEventListener("click", () => speak(root.lang === "en" ? "es" : "en"));
  speak(navigator.language.startsWith("es") ? "es" : "en");
})();
