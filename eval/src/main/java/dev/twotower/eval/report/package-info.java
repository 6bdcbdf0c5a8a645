/**
 * The A/B report: {@code report.json} with the fields of design 10, and {@code report.html} for
 * reading.
 *
 * <p>{@link dev.twotower.eval.report.Comparison} turns evaluated runs into arms and judged pairs,
 * {@link dev.twotower.eval.report.Report} is what both files hold, {@link
 * dev.twotower.eval.report.HtmlReport} writes the page. The page is one file: its charts are drawn
 * by Apache ECharts, inlined from the library's jar, its policy forbids any request, and every
 * number of a chart stands in a table below it, so that it can be read without a script as well.
 * Text that comes from data is escaped where it enters the page.
 */
package dev.twotower.eval.report;
