/**
 * The report as files: {@code report.json} with the fields of design 10, and {@code report.html}
 * for reading. The page is one file: its charts are drawn by Apache ECharts, inlined from the
 * library's jar, its policy forbids any request, and every number of a chart is in a table below
 * it, so that it can be read without a script as well. Text that comes from data is escaped where
 * it enters the page.
 */
package dev.twotower.eval.page;
