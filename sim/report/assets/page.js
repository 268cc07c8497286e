// Draws the charts of a page from the JSON beside each of them. No network, no state outside the
// page; without this script the tables behind the charts still say everything.
(() => {
  "use strict";
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];
  // Paper has other widths than the window: half of A4 or Letter, and the whole of it.
  let onPaper = false;
  const narrow = () => onPaper || window.innerWidth < 480;
  const roomFor = place => (onPaper ? 330 : place.clientWidth);

  const grouped = value => Math.round(value).toLocaleString("en").replaceAll(",", "\u202f");
  const latency = seconds => {
    if (seconds === 0) return "0 s";
    const [value, unit] = seconds >= 1 ? [seconds, " s"] : seconds >= 1e-3 ? [seconds * 1e3, " ms"] : [seconds * 1e6, " us"];
    return +value.toPrecision(3) + unit;
  };
  const show = (value, unit) => {
    if (value == null) return "";
    if (unit === "%") return +(value * 100).toPrecision(4) + " %";
    if (unit === "s") return latency(value);
    return (Math.abs(value) >= 1000 ? grouped(value) : +value.toPrecision(4)) + (unit ? " " + unit : "");
  };

  // Stretches with a name, such as the time of a fault, behind the lines.
  const drawBands = (u, data) => {
    const { ctx } = u;
    const scale = window.devicePixelRatio || 1;
    ctx.save();
    ctx.font = `${11 * scale}px system-ui, sans-serif`;
    ctx.textBaseline = "bottom";
    let free = u.bbox.left;
    for (const band of data.bands) {
      const left = Math.max(u.valToPos(band.from, "x", true), u.bbox.left);
      const right = Math.min(u.valToPos(band.to, "x", true), u.bbox.left + u.bbox.width);
      if (right <= left) continue;
      ctx.fillStyle = css("--fault");
      ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
      ctx.fillStyle = css("--quiet");
      if (left < free) continue; // its name would stand on another
      ctx.fillText(band.name, left, u.bbox.top - 2 * scale);
      free = left + ctx.measureText(band.name).width + 6 * scale;
    }
    ctx.restore();
  };

  // One zoom for all charts of the page that have a clock.
  const zoomAll = (source, min, max) => {
    for (const chart of charts) {
      if (chart !== source) chart.setScale("x", { min, max });
    }
  };

  // Lines that lie on each other show as stripes: the first ones are wider.
  const strokeOf = (line, i, lines) => {
    const after = lines.slice(i + 1).filter(one => !one.hidden && !one.dashed).length;
    return line.dashed ? 1.25 : 1.5 + 0.9 * Math.min(after, 3);
  };
  const linesOf = (data, nameOf, value) => data.lines.map((line, i) => ({
    label: nameOf(line),
    show: !line.hidden,
    stroke: css("--c" + (line.colour % 8)),
    width: strokeOf(line, i, data.lines),
    // There are eight colours; after them come the same with gaps.
    dash: line.dashed ? [5, 4] : line.colour >= 8 ? [14, 4] : undefined,
    spanGaps: false,
    points: { show: false },
    value,
  }));
  const axis = more => ({ stroke: css("--quiet"), grid: { stroke: css("--line"), width: 1 },
    ticks: { stroke: css("--line"), width: 1 }, ...more });
  const legend = data => ({ markers: { width: 3, dash: (u, i) => (data.lines[i - 1]?.dashed ? "dashed" : "solid") } });

  const optionsOfSeries = (data, width) => ({
    width,
    height: narrow() ? 200 : 240,
    padding: [20, 20, 0, 0],
    legend: legend(data),
    focus: { alpha: 0.25 },
    cursor: { sync: { key: "clock" }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: { range: (u, min, max) => [Math.min(0, min ?? 0), (data.most ?? (max > 0 ? max : 1)) * 1.05] } },
    axes: [
      axis({ values: (u, marks) => marks.map(mark => mark + " s") }),
      axis({ size: 64, values: (u, marks) => marks.map(mark => show(mark, data.unit)) }),
    ],
    series: [
      { label: "at", value: (u, value) => (value == null ? "" : +value.toFixed(1) + " s") },
      ...linesOf(data, line => line.name, (u, value) => show(value, data.unit)),
    ],
    hooks: {
      drawClear: [u => drawBands(u, data)],
      setSelect: [u => {
        if (u.select.width > 0) {
          const min = u.posToVal(u.select.left, "x");
          const max = u.posToVal(u.select.left + u.select.width, "x");
          zoomAll(u, min, max);
        }
      }],
    },
  });

  // Percentiles stand as far apart as the requests beyond them get rarer: p90, p99, p99.9.
  const placeOf = share => -Math.log10(1 - share);
  const shareOf = place => 1 - 10 ** -place;
  const percentiles = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];
  const nameOfShare = share => "p" + +(share * 100).toPrecision(share > 0.99 ? 6 : 3);
  // 1, 2 and 5 of each power of ten that the axis reaches; of a short axis every digit.
  const marksBetween = (min, max, digits) => {
    const marks = [];
    for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); ++power) {
      for (const digit of digits) marks.push(digit * 10 ** power);
    }
    return marks.filter(mark => mark >= min && mark <= max);
  };
  const steps = (u, axisIndex, min, max) => {
    const few = marksBetween(min, max, [1, 2, 5]);
    const within = few.length > 1 ? few : marksBetween(min, max, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    return within.length > 8 ? within.filter(mark => Math.abs(Math.log10(mark) % 1) < 1e-9) : within;
  };

  // A curve that ends because the rest was never answered goes up and out, with a cross.
  const drawEnds = (u, data) => {
    const { ctx } = u;
    const scale = window.devicePixelRatio || 1;
    ctx.save();
    ctx.lineWidth = 1.75 * scale;
    data.lines.forEach((line, i) => {
      const last = line.values.findLastIndex(value => value != null);
      if (!u.series[i + 1].show || last < 0 || line.answered >= data.shares[data.shares.length - 1]) return;
      const end = u.valToPos(placeOf(Math.max(line.answered, data.shares[last])), "x", true);
      const top = u.bbox.top + 5 * scale;
      ctx.strokeStyle = css("--c" + (line.colour % 8));
      ctx.setLineDash([2 * scale, 3 * scale]);
      ctx.beginPath();
      ctx.moveTo(u.valToPos(placeOf(data.shares[last]), "x", true), u.valToPos(line.values[last], "y", true));
      ctx.lineTo(end, top);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.beginPath();
      for (const side of [-1, 1]) {
        ctx.moveTo(end - 4 * scale, top - side * 4 * scale);
        ctx.lineTo(end + 4 * scale, top + side * 4 * scale);
      }
      ctx.stroke();
    });
    ctx.restore();
  };

  const optionsOfCurves = (data, width) => {
    const all = data.lines.flatMap(line => line.values).filter(value => value != null && value > 0);
    const range = [Math.min(...all) / 1.3, Math.max(...all) * 1.6];
    const marks = narrow() ? percentiles.filter(share => share !== 0.5) : percentiles;
    const answered = line => (line.answered < 0.9999 ? ` (${show(line.answered, "%")} succeed)` : "");
    return {
      width,
      height: narrow() ? 240 : 280,
      padding: [12, 24, 0, 0],
      legend: legend(data),
      focus: { alpha: 0.25 },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, range: () => [0, placeOf(data.shares[data.shares.length - 1])] },
        y: { distr: 3, range: () => range } },
      axes: [
        axis({ splits: () => marks.map(placeOf), values: (u, at) => at.map(place => nameOfShare(shareOf(place))) }),
        axis({ size: 64, splits: steps, filter: (u, at) => at, values: (u, at) => at.map(latency) }),
      ],
      series: [
        { label: "at", value: (u, value) => (value == null ? "" : nameOfShare(shareOf(value))) },
        ...linesOf(data, line => line.name + answered(line), (u, value, i, index) =>
          {
          if (index == null) return "";
          if (value != null) return latency(value);
          return data.shares[index] > data.lines[i - 1].answered ? "never" : "too few";
        }),
      ],
      hooks: { draw: [u => drawEnds(u, data)] },
    };
  };

  // What the mouse can do in a legend, the keyboard can too.
  const enableKeys = (place, chart) => {
    place.querySelectorAll(".u-legend .u-series").forEach((row, i) => {
      if (i === 0) return;
      const label = row.querySelector(".u-label");
      label.tabIndex = 0;
      label.setAttribute("role", "button");
      const say = () => label.setAttribute("aria-pressed", String(chart.series[i].show));
      say();
      label.addEventListener("keydown", event => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        chart.setSeries(i, { show: !chart.series[i].show });
        say();
      });
      label.addEventListener("click", () => setTimeout(say));
    });
  };

  const draw = (figure, xsOf, optionsOf) => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const place = figure.querySelector(".plot");
    place.textContent = "";
    const xs = xsOf(data);
    const chart = new uPlot(optionsOf(data, roomFor(place)), [xs, ...data.lines.map(line => line.values)], place);
    place.querySelector("canvas").setAttribute("aria-hidden", "true");
    place.onmouseenter = () => place.classList.add("live");
    place.onmouseleave = () => place.classList.remove("live");
    enableKeys(place, chart);
    return chart;
  };
  const drawSeries = figure => {
    let end = 0;
    const chart = draw(figure, data => {
      const length = Math.max(...data.lines.map(line => line.values.length));
      end = length * data.step;
      return Array.from({ length }, (_, i) => (i + 0.5) * data.step);
    }, optionsOfSeries);
    figure.querySelector(".plot").ondblclick = () => zoomAll(null, 0, end);
    charts.push(chart);
  };
  const drawCurves = figure => draw(figure, data => data.shares.map(placeOf), optionsOfCurves);

  const svg = (name, attributes, parent) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (parent) parent.append(element);
    return element;
  };

  // The layout of a call map from left to right or from top to bottom.
  const layout = (data, rankdir) => {
    const graph = new dagre.graphlib.Graph();
    graph.setGraph({ rankdir, nodesep: 18, ranksep: rankdir === "TB" ? 40 : 64 });
    
    const width = node => 24 + 7.4 * Math.max(node.name.length, node.detail.length * 0.85);
    data.nodes.forEach((node, i) => graph.setNode(String(i), { width: width(node), height: 44 }));
    data.arrows.forEach(([from, to, label]) =>
      graph.setEdge(String(from), String(to), label ? { width: 30, height: 12, labelpos: "c" } : {}));
    dagre.layout(graph);
    return graph;
  };

  const drawMap = figure => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const place = figure.querySelector(".plot");
    place.textContent = "";
    const room = onPaper ? 680 : place.clientWidth;
    const across = layout(data, "LR");
    const down = layout(data, "TB");
    const fits = across.graph().width <= room || across.graph().width <= down.graph().width;
    const graph = fits ? across : down;
    const size = graph.graph();
    // It shrinks while its letters can be read; beyond that it scrolls.
    const width = Math.max(Math.min(size.width + 8, room), (size.width + 8) * 0.75);
    const root = svg("svg", { class: "map", viewBox: `-4 -4 ${size.width + 8} ${size.height + 8}`,
      width, style: "max-width:none", "aria-hidden": "true" }, place);
    if (width > room) {
      place.tabIndex = 0;
      place.setAttribute("role", "region");
      place.setAttribute("aria-label", "call map, scrolls sideways");
    }
    const marker = svg("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
      markerHeight: 7, orient: "auto" }, svg("defs", {}, root));
    svg("path", { d: "M0 0 L8 4 L0 8 z" }, marker);
    for (const edge of graph.edges()) {
      const points = graph.edge(edge).points.map(point => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`);
      svg("path", { d: "M" + points.join(" L"), "marker-end": "url(#tip)" }, root);
    }
    data.nodes.forEach((node, i) => {
      const at = graph.node(String(i));
      const group = svg("g", { transform: `translate(${at.x - at.width / 2} ${at.y - at.height / 2})` }, root);
      svg("rect", { width: at.width, height: at.height, rx: 6, class: "paper" }, group);
      svg("rect", { width: at.width, height: at.height, rx: 6,
        fill: `rgba(${css("--harm")}, ${(node.harm * 0.6).toFixed(3)})` }, group);
      svg("text", { x: at.width / 2, y: 18, "text-anchor": "middle" }, group).textContent = node.name;
      svg("text", { x: at.width / 2, y: 34, "text-anchor": "middle",
        class: node.harm > 0.05 ? "detail on-harm" : "detail" }, group).textContent = node.detail;
    });
    for (const [from, to, label] of data.arrows) {
      if (!label) continue;
      const at = graph.edge(String(from), String(to));
      svg("text", { x: at.x, y: at.y + 4, "text-anchor": "middle", class: "label" }, root).textContent = label;
    }
  };

  // What is folded has no width: it is drawn when it is opened.
  const isFolded = figure => figure.closest("details.more:not([open])") !== null;
  const drawAll = () => {
    charts.length = 0;
    for (const figure of document.querySelectorAll("figure[data-kind=series]")) {
      if (!isFolded(figure)) drawSeries(figure);
    }
    for (const figure of document.querySelectorAll("figure[data-kind=curves]")) {
      if (!isFolded(figure)) drawCurves(figure);
    }
    document.querySelectorAll("figure[data-kind=map]").forEach(drawMap);
  };
  for (const more of document.querySelectorAll("details.more")) {
    if (more.querySelector("figure[data-kind]")) more.addEventListener("toggle", drawAll);
  }
  // Charts are drawn in colours; on paper these are the light ones.
  const drawFor = paper => () => {
    onPaper = paper;
    document.documentElement.classList.toggle("paper", paper);
    drawAll();
  };
  window.addEventListener("beforeprint", drawFor(true));
  window.addEventListener("afterprint", drawFor(false));

  drawAll();
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) {
      width = window.innerWidth;
      drawAll();
    }
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
