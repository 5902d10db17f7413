"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const filters = ["notebook", "language", "edition"];
  const reports = all("li[data-text]");
  const narrow = matchMedia("(max-width: 40rem)").matches;
  let country = "";

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
    if (one("filters")) {
      const choice = one("language");
      choice.value = Array.from(choice.options).some((option) => option.value === language) ? language : "";
      filter();
    }
  }

  function filter() {
    const words = plain(one("search").value).split(/\s+/).filter(Boolean);
    const wanted = filters.filter((name) => one(name).value);
    reports.forEach((report) => {
      report.hidden = !(words.every((word) => report.dataset.text.includes(word))
        && wanted.every((name) => report.dataset[name] === one(name).value)
        && (!country || report.dataset.country === country));
    });
    all(".group").forEach((section) => { section.hidden = !section.querySelector("li:not([hidden])"); });
    const shown = reports.filter((report) => !report.hidden).length;
    one("count").textContent = one("count").dataset[root.lang]
      .replace("{shown}", shown).replace("{total}", reports.length);
    one("nothing").hidden = shown > 0;
    one("of").hidden = !country;
    const named = all(`[lang="${root.lang}"] [data-name]`).find((row) => row.dataset.country === country);
    one("of").firstElementChild.textContent = named ? named.dataset.name : country;
    unfold(words.length > 0 || country !== "" || one("notebook").value !== "");
  }

  // What was looked for is seen: the groups of the list open, and close again as they were.
  function unfold(looked) {
    all(".group > details").forEach((fold) => {
      fold.dataset.was ??= fold.open ? "open" : "";
      fold.open = looked || fold.dataset.was === "open";
    });
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

  function go() {
    const place = decodeURIComponent(location.hash.slice(1));
    const report = place.includes("/") && reports.find((item) => item.id === place);
    if (report) {
      location.replace(report.querySelector("a").href);
      return;
    }
    country = place.startsWith("country=") ? place.slice(8) : "";
    const unmade = place.includes("/");
    one("unmade").hidden = !unmade;
    one("unmade").lastElementChild.textContent = unmade ? `ogp-analysis run ${place.split("/")[0]}` : "";
    filter();
    if (country || unmade) { one("reports").scrollIntoView(); }
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
  if (one("filters")) {
    one("filters").hidden = false;
    one("count").hidden = false;
    one("filters").addEventListener("input", filter);
    one("filters").addEventListener("submit", (event) => event.preventDefault());
    one("of").lastElementChild.addEventListener("click", () => { location.hash = "reports"; go(); });
    window.addEventListener("hashchange", go);
    go();
  }
})();
