(() => {
  "use strict";
  const root = document.documentElement;
  const one = (id) => document.getElementById(id);
  const made = (tag, ...inside) => { const item = document.createElement(tag); item.append(...inside); return item; };
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const tokens = (text) => text.split(/([\p{L}\p{N}\p{M}]+)/u);
  const address = () => new URLSearchParams(location.hash.slice(1));
  const asked = () => one("search").value.trim();
  const told = (name, language) => one("count").dataset[name + language[0].toUpperCase() + language.slice(1)];
  const reports = Array.from(document.querySelectorAll("#reports li[data-notebook]"));
  const MOST = 20, WIDTH = 320, NAME = 30, FEW = 3;
  if (!one("filters")) { return; }
  const held = JSON.parse(one("index").textContent);
  const page = ({ id }) => id.split("/").reduce((inside, name) => inside[name], held.pages);
  const texts = (numbers) => numbers.map((number) => held.texts[number]);
  let country = "", chosen = "", finished = false, engine = null;

  // Made when something is first looked for. Each of many reports of a notebook weighs less, or those on every country
  // would come before the few that are about what is looked for; the one on a country that is asked for weighs more.
  function prepare() {
    const kind = ({ dataset }) => `${dataset.notebook} ${dataset.language}`;
    const places = reports.map((report) => page(report).of)
      .map((of) => of && [of, ...Object.values(held.names[of])].map(plain).join(" "));
    const often = reports.map((report) => Object.entries(page(report).often))
      .map((words) => new Map(words.map(([term, number]) => [plain(term), number])));
    const weight = (id, term) => Math.log(Math.E + (often[id].get(term) || 0))
      * (many[kind(reports[id])] <= FEW ? 1 : places[id].includes(term) ? 1.6 : 0.3);
    const many = {};
    reports.forEach((report) => { many[kind(report)] = (many[kind(report)] || 0) + 1; });
    engine = new MiniSearch({
      fields: ["title", "place", "words", "lead", "names", "said", "more"],
      tokenize: (text) => text.split(/[^\p{L}\p{N}\p{M}]+/u),
      processTerm: plain,
      searchOptions: {
        boost: { title: 4, place: 5, words: 3, lead: 2, names: 2, more: 0.4 },
        boostDocument: weight,
        bm25: { k: 1.2, b: 0.3, d: 0.5 },
        weights: { prefix: 0.25, fuzzy: 0.3 },
        prefix: (term) => term.length > 2,
      },
    });
    engine.addAll(reports.map((report, id) => {
      const { lead, said, cells, more } = page(report), { notebook, language } = report.dataset;
      return {
        id, title: report.querySelector("a").textContent, lead: texts(lead).join(" "),
        place: `${places[id]} ${report.querySelector("p bdi")?.textContent}`, words: held.words[notebook]?.[language],
        names: texts(cells).filter((text) => text.length <= NAME).join(" "), said: texts([...said, ...cells]).join(" "),
        more: `${more} ${[...often[id].keys()].join(" ")} ${notebook} ${report.querySelector("p").textContent}`,
      };
    }));
  }

  function fits({ dataset }) {
    const of = (dataset.country || "").split(" ");
    const same = (id) => !one(id).value || one(id).value === dataset[id];
    return same("notebook") && same("edition") && (!country || of.includes(country))
      && (asked() ? !chosen || chosen === dataset.language : same("language"));
  }

  // As typed; else with letters amiss; else any of the words. Of a report in two languages the page that says it, or,
  // where both do, the one in the language of the screen.
  function ranked() {
    if (!engine) { prepare(); }
    for (const [combineWith, amiss] of [["AND", 0], ["AND", 0.2], ["AND", 0.35], ["OR", 0.2]]) {
      const fuzzy = (term) => (term.length > 4 ? amiss : 0);
      const runs = new Map();
      engine.search(asked(), { combineWith, fuzzy, filter: ({ id }) => fits(reports[id]) }).forEach((result) => {
        const run = reports[result.id].id.replace(/[^/]*$/, "");
        runs.set(run, [...(runs.get(run) || []), result]);
      });
      const best = (pages) => pages.find(({ id, score }) => score > 0.68 * pages[0].score
        && reports[id].dataset.language === root.lang) || pages[0];
      if (runs.size) { return [Array.from(runs.values(), best), amiss > 0]; }
    }
    return [[], false];
  }

  // What the report says of it: a finding, a heading or caption, cells of its tables, or the word alone.
  function snippet(report, terms) {
    const is = (token) => terms.has(plain(token));
    const { lead, said, cells, more, often: words } = page(report), { language } = report.dataset;
    const some = (name, of) => of.filter((text) => tokens(text).some(is)).slice(0, 4)
      .map((text, place) => (place ? " · " : told(name, language)) + text).join("");
    const alone = some("words", [...Object.keys(words), ...more.split(" ")]);
    const rest = [alone && `${alone}.`, ...texts(lead)].join(" ");
    const passages = [...texts([...lead, ...said]), some("cells", texts(cells)) || rest];
    const hits = passages.map((text) => new Set(tokens(text).filter(is).map(plain)).size);
    const text = passages[hits.indexOf(Math.max(...hits))];
    const parts = tokens(text), at = parts.slice(0, Math.max(0, parts.findIndex(is))).join("").length;
    const begin = at > WIDTH - 60 ? text.lastIndexOf(" ", at - 80) + 1 : 0;
    const end = text.length > begin + WIDTH ? text.lastIndexOf(" ", begin + WIDTH) : text.length;
    const shown = `${begin ? "… " : ""}${text.slice(begin, end)}${end < text.length ? " …" : ""}`;
    const marked = tokens(shown).map((token) => (is(token) ? made("mark", token) : token));
    return Object.assign(made("p", ...marked), { className: "snippet", lang: language });
  }

  function result({ id, terms }, place) {
    const item = Object.assign(reports[id].cloneNode(true), { hidden: place >= MOST });
    item.removeAttribute("id");
    item.querySelector("a").after(snippet(reports[id], new Set(terms)));
    item.lastElementChild.prepend(made("span", reports[id].dataset.notebook));
    return item;
  }

  function show() {
    const [found, near] = asked() ? ranked() : [[], false];
    reports.forEach((report) => { report.hidden = !fits(report); });
    document.querySelectorAll(".group").forEach((group) => {
      group.hidden = asked() || !group.querySelector("li:not([hidden])");
    });
    document.querySelectorAll(".group > details").forEach((fold) => {
      fold.dataset.was ??= fold.open ? "open" : "";
      fold.open = country !== "" || one("notebook").value !== "" || fold.dataset.was === "open";
    });
    const shown = asked() ? found.length : reports.filter((report) => !report.hidden).length;
    one("found").replaceChildren(...found.map(result));
    [one("found").hidden, one("more").hidden] = [!found.length, found.length <= MOST];
    const text = asked() ? told(near ? "near" : "found", root.lang) : one("count").dataset[root.lang];
    one("count").textContent = text.replace("{shown}", shown).replace("{total}", reports.length);
    one("nothing").hidden = shown > 0;
    one("of").hidden = !country;
    one("of").firstElementChild.textContent = held.names[country]?.[root.lang] || country;
  }

  // A search that is finished is left behind for the way back; one that is being typed is not.
  function keep() {
    const said = new URLSearchParams({ ...(country && { country }), ...(asked() && { q: asked() }) });
    const how = address().has("q") && !finished ? "replaceState" : "pushState";
    history[how](null, "", `#${String(said) || "reports"}`);
    finished = false;
    show();
  }

  function go() {
    const place = address().keys().next().value || "";
    const report = place.includes("/") && reports.find((item) => item.id === place);
    if (report) { return location.replace(report.querySelector("a").href); }
    country = address().get("country") || "";
    one("search").value = address().get("q") || "";
    const unmade = /^\w+\//.test(place);
    one("unmade").hidden = !unmade;
    one("unmade").lastElementChild.textContent = unmade ? `ogp-analysis run ${place.split("/")[0]}` : "";
    show();
    if (country || unmade || asked()) { one("reports").scrollIntoView(); }
  }

  ["filters", "count"].forEach((id) => { one(id).hidden = false; });
  one("search").addEventListener("input", keep);
  one("search").addEventListener("change", () => { finished = true; });
  one("filters").addEventListener("change", ({ target }) => {
    if (target.id === "language") { chosen = target.value; }
    show();
  });
  one("filters").addEventListener("submit", (event) => {
    event.preventDefault();
    one("found").querySelector("a")?.focus();
  });
  one("more").addEventListener("click", () => {
    const rest = Array.from(one("found").children).slice(MOST);
    rest.forEach((item) => { item.hidden = false; });
    rest[0].querySelector("a").focus();
    one("more").hidden = true;
  });
  one("of").lastElementChild.addEventListener("click", () => { country = ""; finished = true; keep(); });
  document.addEventListener("spoken", () => {
    const choice = one("language");
    choice.value = Array.from(choice.options).some((option) => option.value === root.lang) ? root.lang : "";
    chosen = "";
    show();
  });
  window.addEventListener("hashchange", go);
  window.addEventListener("load", go, { once: true });
})();
