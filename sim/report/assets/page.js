// Draws the charts of a page from the JSON beside each of them. No network, no state outside the
// page; without this script the tables behind the charts still say everything.
(() => {
  "use strict";
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const narrow = () => window.innerWidth < 480;
  const charts = [];

  const show = (value, unit) => {
    if (value == null) return "";
    if (unit === "%") return (value * 100).toPrecision(4).replace(/\.?0+$/, "") + " %";
    const text = Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : +value.toPrecision(4);
    return text + (unit ? " " + unit : "");
  };

  // Stretches with a name, such as the time of a fault, behind the lines.
  const bands = data => ({
    hooks: {
      drawClear: u => {
        const { ctx } = u;
        ctx.save();
        ctx.fillStyle = css("--fault");
        for (const band of data.bands) {
          const left = Math.max(u.valToPos(band.from, "x", true), u.bbox.left);
          const right = Math.min(u.valToPos(band.to, "x", true), u.bbox.left + u.bbox.width);
          if (right > left) ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
        }
        ctx.restore();
      },
    },
  });

  // One zoom for all charts of the page: they have the same clock.
  const zoomAll = (source, min, max) => {
    for (const chart of charts) {
      if (chart !== source) chart.setScale("x", { min, max });
    }
  };

  const options = (data, width) => ({
    width,
    height: narrow() ? 200 : 240,
    plugins: [bands(data)],
    cursor: { sync: { key: "clock" }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: { range: (u, min, max) => [Math.min(0, min ?? 0), (data.most ?? (max > 0 ? max : 1)) * 1.05] } },
    axes: [
      { stroke: css("--quiet"), grid: { stroke: css("--line") }, ticks: { stroke: css("--line") },
        values: (u, marks) => marks.map(mark => mark + " s") },
      { stroke: css("--quiet"), grid: { stroke: css("--line") }, ticks: { stroke: css("--line") },
        size: 64, values: (u, marks) => marks.map(mark => show(mark, data.unit)) },
    ],
    series: [
      { label: "time", value: (u, value) => (value == null ? "" : +value.toFixed(1) + " s") },
      ...data.lines.map(line => ({
        label: line.name,
        show: !line.hidden,
        stroke: css("--c" + (line.colour % 8)),
        width: line.dashed ? 1 : 2,
        dash: line.dashed ? [4, 4] : undefined,
        spanGaps: false,
        points: { show: false },
        value: (u, value) => show(value, data.unit),
      })),
    ],
    hooks: {
      setSelect: [u => {
        if (u.select.width > 0) {
          const min = u.posToVal(u.select.left, "x");
          const max = u.posToVal(u.select.left + u.select.width, "x");
          zoomAll(u, min, max);
        }
      }],
    },
  });

  const drawSeries = figure => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const place = figure.querySelector(".plot");
    place.textContent = "";
    const length = Math.max(...data.lines.map(line => line.values.length));
    const xs = Array.from({ length }, (_, i) => (i + 0.5) * data.step);
    const chart = new uPlot(options(data, place.clientWidth), [xs, ...data.lines.map(line => line.values)], place);
    place.querySelector("canvas").setAttribute("aria-hidden", "true");
    place.addEventListener("dblclick", () => zoomAll(null, 0, length * data.step));
    charts.push(chart);
  };

  const svg = (name, attributes, parent) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (parent) parent.append(element);
    return element;
  };

  const drawMap = figure => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const place = figure.querySelector(".plot");
    place.textContent = "";
    const graph = new dagre.graphlib.Graph();
    graph.setGraph({ rankdir: narrow() ? "TB" : "LR", nodesep: 18, ranksep: narrow() ? 36 : 60 });
    graph.setDefaultEdgeLabel(() => ({}));
    const width = node => 24 + 7.2 * Math.max(node.name.length, node.detail.length * 0.85);
    data.nodes.forEach((node, i) => graph.setNode(String(i), { width: width(node), height: 44 }));
    data.arrows.forEach(arrow => graph.setEdge(String(arrow[0]), String(arrow[1])));
    dagre.layout(graph);
    const size = graph.graph();
    const root = svg("svg", { class: "map", viewBox: `-4 -4 ${size.width + 8} ${size.height + 8}`,
      width: size.width + 8, "aria-hidden": "true" }, place);
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
      svg("rect", { width: at.width, height: at.height, rx: 6,
        fill: `rgba(${css("--harm")}, ${(node.harm * 0.85).toFixed(3)})` }, group);
      svg("text", { x: at.width / 2, y: 18, "text-anchor": "middle" }, group).textContent = node.name;
      svg("text", { x: at.width / 2, y: 34, "text-anchor": "middle", class: "detail" }, group).textContent = node.detail;
    });
  };

  // What is folded has no width: it is drawn when it is opened.
  const isFolded = figure => figure.closest("details.more:not([open])") !== null;
  const drawAll = () => {
    charts.length = 0;
    for (const figure of document.querySelectorAll("figure[data-kind=series]")) {
      if (!isFolded(figure)) drawSeries(figure);
    }
    document.querySelectorAll("figure[data-kind=map]").forEach(drawMap);
  };
  for (const more of document.querySelectorAll("details.more")) more.addEventListener("toggle", drawAll);
  // Charts are drawn in colours; on paper these are the light ones.
  window.addEventListener("beforeprint", drawAll);
  window.addEventListener("afterprint", drawAll);

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
