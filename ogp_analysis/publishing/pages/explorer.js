"use strict";
(() => {
  const one = (id) => document.getElementById(id);
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const data = JSON.parse(one("data").textContent);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const dashes = [[], [8, 4], [2, 3], [12, 3, 2, 3], [], [8, 4], [2, 3], [12, 3, 2, 3]];
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let state = { m: data.first.measure, c: data.first.countries, l: navigator.language.startsWith("es") ? "es" : "en" };
  let chart = null;

  const said = (key) => data.words[state.l][key];
  const name = (iso3) => data.countries[iso3][state.l];
  const measure = () => data.measures[state.m];
  const written = (value, fewest = 3) => value === null ? said("missing")
    : value.toLocaleString(state.l === "es" ? "es-MX" : "en", { minimumFractionDigits: fewest, maximumFractionDigits: 3 })
      .replace("-", "−");
  const colour = (at) => getComputedStyle(root).getPropertyValue(`--line-${at}`).trim();
  const ink = (variable) => getComputedStyle(root).getPropertyValue(variable).trim();

  // A break is a half year without values, so that no line is joined over it.
  function series() {
    const breaks = measure().breaks.map((year) => year - 0.5);
    const held = data.years.filter((year) => state.c.some((iso3) => year in (measure().values[iso3] || {})));
    const x = [...held, ...breaks.filter((year) => year > held[0] && year < held.at(-1))].sort((a, b) => a - b);
    return [x, ...state.c.map((iso3) => x.map((year) => (measure().values[iso3] || {})[year] ?? null))];
  }

  function draw() {
    const columns = series();
    const box = one("chart");
    if (chart) { chart.destroy(); }
    const axis = { stroke: ink("--soft"), grid: { stroke: ink("--rule"), width: 1 }, ticks: { show: false }, font: "14px sans-serif" };
    // Beside the names stand the values under the pointer or, where it is elsewhere, those of the last year.
    const under = (at, index) => columns[at][index ?? columns[0].length - 1] ?? null;
    chart = new uPlot({
      width: box.clientWidth,
      height: Math.max(260, Math.min(440, Math.round(box.clientWidth * 0.5))),
      scales: { x: { time: false }, y: { range: (u, low, high) => {
        const [bottom, top] = measure().ends, room = (high - low || 1) * 0.08;
        return [Math.max(bottom ?? -Infinity, low - room), Math.min(top ?? Infinity, high + room)];
      } } },
      axes: [{ ...axis, values: (u, ticks) => ticks.map((tick) => Number.isInteger(tick) ? String(tick) : "") },
        { ...axis, size: 60, values: (u, ticks) => ticks.map((tick) => written(tick, 0)) }],
      series: [{ label: said("year"), value: (u, _, at, index) => String(under(at, index) ?? "") },
        ...state.c.map((iso3, at) => ({ label: name(iso3), stroke: colour(at), width: 2.5, dash: dashes[at], spanGaps: false,
          points: { show: false }, value: (u, _, at, index) => under(at, index) === null ? "" : written(under(at, index)) }))],
    }, columns, box);
    const years = columns[0].filter(Number.isInteger);
    const rows = years.map((year) => [String(year), ...state.c.map((iso3) => (measure().values[iso3] || {})[year] ?? null)]);
    table(rows);
    const lines = [["iso3", "country", "year", "measure", "value"], ...rows.flatMap(([year, ...values]) =>
      values.map((value, at) => [state.c[at], name(state.c[at]), year, state.m, value ?? ""]))];
    const text = lines.map((line) => line.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(",")).join("\n") + "\n";
    URL.revokeObjectURL(one("csv").href);
    one("csv").href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    one("csv").download = `${state.m}.csv`;
  }

  function row(cells, head) {
    const made = document.createElement("tr");
    cells.forEach((cell, at) => {
      const item = document.createElement(head || at === 0 ? "th" : "td");
      item.scope = head ? "col" : "row";
      if (!head && at > 0) { item.removeAttribute("scope"); }
      item.textContent = cell === null || typeof cell === "number" ? written(cell) : cell;
      made.append(item);
    });
    return made;
  }

  function table(rows) {
    const head = document.createElement("thead"), body = document.createElement("tbody");
    head.append(row([said("year"), ...state.c.map(name)], true));
    body.append(...rows.map((cells) => row(cells, false)));
    one("table").replaceChildren(head, body);
  }

  function key(at) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    const line = document.createElementNS(space, "line");
    Object.entries({ width: 28, height: 10, "aria-hidden": "true" }).forEach(([n, v]) => svg.setAttribute(n, v));
    Object.entries({ x1: 0, x2: 28, y1: 5, y2: 5, stroke: colour(at), "stroke-width": 3, "stroke-dasharray": dashes[at].join(" ") })
      .forEach(([n, v]) => line.setAttribute(n, v));
    svg.append(line);
    return svg;
  }

  function chosen() {
    one("chosen").replaceChildren(...state.c.map((iso3, at) => {
      const item = document.createElement("li"), drop = document.createElement("button"), link = document.createElement("a");
      drop.type = "button";
      drop.append(key(at), name(iso3), " ×");
      drop.setAttribute("aria-label", said("remove").replace("{place}", name(iso3)));
      drop.addEventListener("click", () => set({ c: state.c.filter((other) => other !== iso3) }));
      link.href = `index.html#country=${iso3}`;
      link.textContent = said("reports").replace("{place}", name(iso3));
      link.className = "small";
      item.append(drop, link);
      return item;
    }));
  }

  function show() {
    root.lang = state.l;
    all("span[lang]").forEach((span) => { span.hidden = span.lang !== state.l; });
    one("switch").textContent = one("switch").dataset[state.l];
    one("switch").lang = state.l === "en" ? "es" : "en";
    one("measure").replaceChildren(...Object.entries(data.measures).map(([id, known]) => new Option(known.words[state.l].name, id, false, id === state.m)));
    const names = Object.keys(data.countries).map(name).sort((a, b) => a.localeCompare(b, state.l));
    one("names").replaceChildren(...names.map((text) => new Option(text)));
    const words = measure().words[state.l];
    one("name").textContent = words.name;
    one("about").textContent = `${words.construct} ${words.unit[0].toUpperCase()}${words.unit.slice(1)}; ${words.direction}.`;
    one("source").textContent = said("source").replace("{version}", measure().version).replace("{licence}", measure().licence);
    one("said").textContent = "";
    chosen();
    draw();
  }

  function set(change) {
    state = { ...state, ...change };
    history.replaceState(null, "", `#m=${state.m}&c=${state.c.join(",")}&l=${state.l}`);
    show();
  }

  function read() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (Object.hasOwn(data.measures, asked.get("m"))) { state.m = asked.get("m"); }
    if (asked.has("c")) {
      state.c = [...new Set(asked.get("c").split(","))].filter((iso3) => Object.hasOwn(data.countries, iso3)).slice(0, data.most);
    }
    if (["en", "es"].includes(asked.get("l"))) { state.l = asked.get("l"); }
    show();
  }

  function add(event) {
    event.preventDefault();
    const text = plain(one("country").value);
    const found = Object.keys(data.countries).find((iso3) => [iso3, ...Object.values(data.countries[iso3])].some((known) => plain(known) === text));
    const near = Object.keys(data.countries).filter((iso3) => text && plain(name(iso3)).includes(text)).slice(0, 5);
    one("fault").textContent = "";
    if (!found) {
      one("fault").textContent = near.length ? said("near").replace("{names}", near.map(name).join(", ")) : said("unknown");
    } else if (state.c.length >= data.most && !state.c.includes(found)) {
      one("fault").textContent = said("full").replace("{max}", data.most);
    } else {
      one("country").value = "";
      set({ c: [...new Set([...state.c, found])] });
    }
  }

  function step(event) {
    const years = chart.data[0], moves = { ArrowLeft: -1, ArrowRight: 1, Home: -years.length, End: years.length };
    if (!(event.key in moves) || !years.length) { return; }
    event.preventDefault();
    let at = chart.cursor.idx ?? (event.key === "ArrowLeft" ? years.length : -1);
    do { at = Math.max(0, Math.min(years.length - 1, at + moves[event.key])); } while (!Number.isInteger(years[at]));
    chart.setCursor({ left: chart.valToPos(years[at], "x"), top: 0 });
    one("said").textContent = `${years[at]}: ` + state.c.map((iso3, n) => `${name(iso3)} ${written(chart.data[n + 1][at])}`).join("; ");
  }

  one("measure").addEventListener("change", (event) => set({ m: event.target.value }));
  one("choice").addEventListener("submit", add);
  one("switch").addEventListener("click", () => set({ l: state.l === "en" ? "es" : "en" }));
  one("chart").addEventListener("keydown", step);
  window.addEventListener("hashchange", read);
  window.addEventListener("resize", () => { draw(); });
  dark.addEventListener("change", show);
  read();
})();
