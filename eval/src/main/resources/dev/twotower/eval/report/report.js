'use strict';
// Draws the charts of the page from the report it embeds. Tooltips are rendered as text, never as
// HTML, because names come from data.
(function () {
  const report = JSON.parse(document.getElementById('report-data').textContent);
  const INK = '#1d2733';
  const SOFT = '#5b6775';
  const LINE = '#dde3ea';
  // Okabe and Ito's palette, told apart by colour-blind readers too.
  const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#9a8c00'];
  const VERDICTS = { better: '#00734c', worse: '#b23a00', equivalent: '#0b5f94', undecided: '#7a5b00' };
  const FONT = 'system-ui, "Segoe UI", Arial, sans-serif';
  const charts = [];

  function draw(id, option, height) {
    const element = document.getElementById(id);
    if (!element) return;
    if (height) element.style.height = height + 'px';
    const chart = echarts.init(element, null, { renderer: 'svg' });
    chart.on('finished', function () { element.setAttribute('data-rendered', 'true'); });
    chart.setOption(Object.assign({
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: FONT, color: INK },
      aria: { enabled: false }
    }, option));
    charts.push(chart);
  }

  function tooltip(extra) {
    return Object.assign({ renderMode: 'richText', confine: true, textStyle: { fontSize: 12 } }, extra);
  }

  function valueAxis(name, formatter, extra) {
    return Object.assign({
      type: 'value',
      name: name,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { color: SOFT },
      axisLabel: { color: SOFT, formatter: formatter, hideOverlap: true },
      splitLine: { lineStyle: { color: LINE } }
    }, extra);
  }

  function categoryAxis(data, extra) {
    return Object.assign({
      type: 'category',
      data: data,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: { color: INK, interval: 0 }
    }, extra);
  }

  const percent = (share, digits) => (100 * share).toFixed(digits === undefined ? 1 : digits) + ' %';
  const signed = (share) => (share >= 0 ? '+' : '\u2212') + Math.abs(100 * share).toFixed(1) + ' %';
  const metric = (value) => value.toFixed(4);
  // 12 rather than 12.0, 0.5 rather than 0.50.
  const tick = (value) => String(Math.round(value * 1e6) / 1e6);

  // Widths are measured rather than left to the library, whose estimate clips long names.
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '12px ' + FONT;
  function width(texts) {
    return Math.max(0, ...texts.map((text) => Math.max(...text.split('\n').map((line) => pen.measureText(line).width))));
  }

  function legend(names) {
    return { data: names, top: 0, left: 0, itemWidth: 18, itemGap: 12, textStyle: { color: INK, fontSize: 12 } };
  }

  // Height of a legend that wraps inside the element.
  function legendHeight(id, names) {
    const element = document.getElementById(id);
    const room = element ? element.clientWidth : 600;
    let lines = 1;
    let used = 0;
    names.forEach(function (name) {
      const needed = width([name]) + 40;
      if (used > 0 && used + needed > room) {
        lines++;
        used = 0;
      }
      used += needed;
    });
    return 12 + 22 * lines;
  }

  // Ends of an axis on a whole step, so that its labels stay short.
  function ends(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const raw = (high - low) / 8;
    const unit = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map((m) => m * unit).find((candidate) => candidate >= raw);
    return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, interval: step };
  }

  function forest() {
    const pairs = report.pairs
      .filter((pair) => pair.metric === report.metric && pair.relative !== undefined)
      .reverse();
    if (!pairs.length) return;
    const bars = {
      type: 'custom',
      encode: { x: [1, 2, 3], y: 0 },
      data: pairs.map((pair, index) => [index, pair.relative, pair.relativeLow, pair.relativeHigh]),
      renderItem: function (params, api) {
        const y = api.coord([0, api.value(0)])[1];
        const from = api.coord([api.value(2), 0])[0];
        const to = api.coord([api.value(3), 0])[0];
        const at = api.coord([api.value(1), 0])[0];
        const stroke = { stroke: VERDICTS[pairs[params.dataIndex].verdict], lineWidth: 2, fill: 'none' };
        const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke });
        return {
          type: 'group',
          children: [
            line(from, y, to, y),
            line(from, y - 5, from, y + 5),
            line(to, y - 5, to, y + 5),
            { type: 'circle', shape: { cx: at, cy: y, r: 5 }, style: { fill: stroke.stroke } }
          ]
        };
      },
      markArea: {
        silent: true,
        itemStyle: { color: 'rgba(11,95,148,0.10)' },
        data: [[{ xAxis: -report.margin }, { xAxis: report.margin }]]
      },
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: SOFT, type: 'solid', width: 1 },
        data: [{ xAxis: 0 }]
      }
    };
    const names = pairs.map((pair) => pair.a + '\nvs ' + pair.b);
    const reach = ends([-1.5 * report.margin, 1.5 * report.margin]
      .concat(pairs.map((pair) => pair.relativeLow), pairs.map((pair) => pair.relativeHigh)));
    draw('forest', {
      grid: { left: width(names) + 20, right: 24, top: 8, bottom: 44 },
      tooltip: tooltip({
        trigger: 'item',
        formatter: function (item) {
          const pair = pairs[item.dataIndex];
          return pair.a + '\nis ' + pair.verdict + (pair.verdict === 'better' || pair.verdict === 'worse' ? ' than\n' : ' against\n') + pair.b +
            '\n' + signed(pair.relative) + ' (' + signed(pair.relativeLow) + ' to ' + signed(pair.relativeHigh) + ')';
        }
      }),
      xAxis: valueAxis('difference in ' + report.metric + ', relative', (v) => tick(100 * v) + ' %', reach),
      yAxis: categoryAxis(names, { axisLabel: { color: INK, interval: 0, fontSize: 12, lineHeight: 15 } }),
      series: [bars]
    }, 70 + 42 * pairs.length);
  }

  function rates() {
    const rows = report.falseNegatives.slice().reverse();
    if (!rows.length) return;
    const several = new Set(rows.map((row) => row.masks)).size > 1;
    const names = rows.map((row) => row.layout + ', B=' + row.batchSize + (several ? ', ' + row.masks : ''));
    const series = (name, key, colour) => ({
      name: name,
      type: 'bar',
      stack: 'rate',
      barMaxWidth: 20,
      itemStyle: { color: colour },
      data: rows.map((row) => row[key])
    });
    const collision = series('collision with another user\u2019s row', 'collisionRate', '#56b4e9');
    collision.label = {
      show: true,
      position: 'right',
      color: INK,
      backgroundColor: '#ffffff',
      formatter: (item) => percent(rows[item.dataIndex].falseNegativeRate) + '   (' + rows[item.dataIndex].effectiveUsers.toFixed(1) + ' effective users)'
    };
    draw('rates', {
      legend: legend(['the same user\u2019s row', collision.name]),
      grid: { left: width(names) + 20, right: 190, top: 36, bottom: 44 },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (v) => percent(v, 2) }),
      xAxis: valueAxis('share of in-batch negatives', (v) => tick(100 * v) + ' %', { min: 0 }),
      yAxis: categoryAxis(names),
      series: [series('the same user\u2019s row', 'sameUserRate', '#d55e00'), collision]
    }, 110 + 30 * rows.length);
  }

  function curve(id, key, axisName) {
    const series = [];
    report.arms.forEach(function (arm, index) {
      arm.curves.forEach(function (seed) {
        series.push({
          name: arm.name,
          type: 'line',
          showSymbol: seed.points.length < 3,
          lineStyle: { width: 1.6 },
          color: COLOURS[index % COLOURS.length],
          data: seed.points.map((point) => [point[key], point.value])
        });
      });
    });
    if (!series.length) return;
    const names = report.arms.filter((arm) => arm.curves.length).map((arm) => arm.name);
    draw(id, {
      legend: legend(names),
      grid: { left: 56, right: 20, top: legendHeight(id, names), bottom: 44 },
      tooltip: tooltip({
        trigger: 'item',
        formatter: (item) => item.seriesName + '\n' + axisName + ' ' + tick(item.value[0]) + ': ' + metric(item.value[1])
      }),
      xAxis: valueAxis(axisName, (v) => v.toLocaleString('en-GB'), { splitLine: { show: false } }),
      yAxis: valueAxis('', tick, { scale: true }),
      series: series
    }, 340);
  }

  // Storage order first, then growing buffers, then IID.
  function mixing(layout) {
    if (layout === 'sorted') return 0;
    if (layout === 'iid') return Infinity;
    const buffer = Number(layout.split(':')[1]);
    return Number.isFinite(buffer) ? buffer : 0;
  }

  function trade(id, pick, formatter) {
    const points = report.tradeOff.filter((point) => pick(point) !== undefined);
    if (!points.length) {
      const empty = document.getElementById(id);
      if (empty) empty.closest('figure').remove();
      return;
    }
    const layouts = Array.from(new Set(points.map((point) => point.batches.layout)))
      .sort((a, b) => mixing(a) - mixing(b) || 0);
    const sizes = Array.from(new Set(points.map((point) => point.batches.batchSize))).sort((a, b) => a - b);
    const element = document.getElementById(id);
    const crowded = (width(layouts) + 10) * layouts.length > element.clientWidth - 84;
    draw(id, {
      legend: legend(sizes.map((size) => 'B=' + size)),
      grid: { left: 60, right: 24, top: 40, bottom: crowded ? 28 + 0.6 * width(layouts) : 28 },
      tooltip: tooltip({ trigger: 'axis', valueFormatter: (v) => (v === null || v === undefined ? '\u2013' : formatter(v)) }),
      xAxis: categoryAxis(layouts, { axisLabel: { color: INK, interval: 0, rotate: crowded ? 32 : 0 } }),
      yAxis: valueAxis('', formatter, { scale: id === 'trade-metric' }),
      series: sizes.map((size) => ({
        name: 'B=' + size,
        type: 'line',
        symbolSize: 7,
        data: layouts.map(function (layout) {
          const point = points.find((p) => p.batches.layout === layout && p.batches.batchSize === size);
          return point ? pick(point) : null;
        })
      }))
    }, 300);
  }

  function slices() {
    const names = [];
    const users = {};
    report.arms.forEach((arm) => arm.slices.forEach(function (slice) {
      if (slice.metrics[report.metric] !== undefined && !names.includes(slice.name)) {
        names.push(slice.name);
        users[slice.name] = slice.users;
      }
    }));
    if (!names.length) return;
    const arms = report.arms.map((arm) => arm.name);
    draw('slices-chart', {
      legend: legend(arms),
      grid: { left: 56, right: 16, top: legendHeight('slices-chart', arms), bottom: 44 },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (v) => (v === undefined || v === null ? '\u2013' : metric(v)) }),
      xAxis: categoryAxis(names.map((name) => name.replace(':', ' ') + '\n' + users[name].toLocaleString('en-GB') + (users[name] === 1 ? ' user' : ' users')), { axisLabel: { color: INK, interval: 0, lineHeight: 16 } }),
      yAxis: valueAxis('', tick),
      series: report.arms.map((arm) => ({
        name: arm.name,
        type: 'bar',
        barGap: '10%',
        data: names.map(function (name) {
          const slice = arm.slices.find((each) => each.name === name);
          return slice ? slice.metrics[report.metric] : null;
        })
      }))
    }, 340);
  }

  forest();
  rates();
  curve('curve-steps', 'step', 'steps');
  curve('curve-seconds', 'seconds', 'seconds');
  trade('trade-false', (point) => point.batches.falseNegativeRate, (v) => tick(100 * v) + ' %');
  trade('trade-dedup', (point) => point.batches.dedupRatio, (v) => tick(v));
  trade('trade-step', (point) => point.stepMillis, (v) => tick(v) + ' ms');
  trade('trade-metric', (point) => (point.metric ? point.metric.mean : undefined), (v) => tick(v));
  slices();
  window.addEventListener('resize', () => charts.forEach((chart) => chart.resize()));
})();
