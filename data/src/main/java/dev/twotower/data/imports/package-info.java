/**
 * Importers: a log as it is published becomes a data set directory (design 9, design 10).
 *
 * <p>One way for every format. A format only says which files to read, which columns play which
 * role, and where names, features and categories of users and items are; {@link
 * dev.twotower.data.imports.Importers} does the rest with DuckDB, which reads csv, Parquet, JSON
 * and joins, sorts and spills to disk if memory does not suffice:
 *
 * <ol>
 *   <li>read: the rows with their file and line; malformed lines are kept apart
 *   <li>screen: {@code --where} conditions leave rows out, each counted; rows that cannot be used
 *       (user, item or request absent, a word for null or a number that has lost digits, time
 *       absent, unreadable or negative, event absent, weight unreadable or negative) are bad rows,
 *       refused beyond {@code --max-bad-rows}
 *   <li>requests: the log's own, or sessions by {@code --session-gap}, or one per user
 *   <li>duplicates: kept, dropped where the whole row repeats, or merged within a request into the
 *       earliest row (of each kind of feedback)
 *   <li>number users, items and requests from 0, in ascending order of id (numbers by value)
 *   <li>split, sort by user, request, time, and stream to the writer
 * </ol>
 *
 * <h2>Options as text</h2>
 *
 * <table>
 * <caption>the grammar of options</caption>
 * <tr><th>option</th><th>form</th><th>example</th></tr>
 * <tr><td>{@code --column}</td><td>{@code ROLE=COLUMN}; roles: user, item, request, time (numbers
 *     since the epoch in {@code --time-unit}, or dates and times), position (order only, no real time), weight, split, event (the kind of feedback, kept as the
 *     context {@code event})</td>
 *     <td>{@code user=CustomerID}</td></tr>
 * <tr><td>{@code --where}</td><td>a SQL condition over the columns; rows where it does not hold
 *     are left out and counted</td><td>{@code "Quantity > 0"}</td></tr>
 * <tr><td>{@code --context}</td><td>{@code NAME[=COLUMN][:KIND]}; kinds: numeric, categorical, multi (a
 *     list, or texts split at {@code |}), words (those of a text)</td>
 *     <td>{@code hour=SHOP_HOUR:numeric}</td></tr>
 * <tr><td>{@code --user-feature}, {@code --item-feature}</td>
 *     <td>{@code [NAME=]KIND:COLUMN}; kinds: categorical, multi (texts split at {@code |}),
 *     numeric, vector (numbers split at spaces, commas, semicolons)</td>
 *     <td>{@code genres=multi:genre_list}</td></tr>
 * <tr><td>{@code --tree}</td><td>{@code TOP>...>BOTTOM} columns; or {@code path:COLUMN:SEPARATOR}; or
 *     {@code parents:FILE:COLUMN}, a csv with columns id, parent, name</td>
 *     <td>{@code "department>aisle"}</td></tr>
 * <tr><td>{@code --split}</td><td>{@code leave-last-out}, {@code leave-last-request-out}, {@code time:FRACTION}, {@code
 *     given[:VALIDATION]}; with {@code +cold-items:FRACTION}, that share of the items is held out of
 *     training whole</td><td>{@code time:0.1+cold-items:0.2}</td></tr>
 * </table>
 *
 * <p>A csv log whose first line is data gets its names from {@code --header user,item,rating,time};
 * without names, {@code --no-header} calls the columns {@code column0}, {@code column1}, ...
 *
 * <p>A path names one file or folder, never a pattern; {@code --from} may be given several times,
 * and {@code glob:PATTERN} names all that fit ({@link dev.twotower.data.imports.FromPaths}). The
 * first bytes of a file tell what it is; a folder is read with its subfolders, its files one after
 * the other in order of name and their columns by name. {@code --partitions} adds a column for
 * folders named {@code KEY=VALUE}; without it folder names are not data, and they never replace a
 * column.
 *
 * <p>Any COLUMN may also be a DuckDB SQL expression over the columns (one expression over a row, no
 * query and no statement): {@code --column "time=strptime(DAY || ' ' || HOUR, '%Y%m%d %H')"}. Files
 * of features ({@code --users}, {@code --items}, each a list whose later files are joined to the
 * first on the columns they share) are looked for as given and then beside the log.
 *
 * <h2>Ids and values</h2>
 *
 * <p>An id is its text in every use. Every column has its text beside its value ({@link
 * dev.twotower.data.imports.SourceTable}): a csv field and a JSON text as written; of Parquet,
 * Arrow and JSON numbers the number, a whole one without point and exponent (17850.0 is 17850,
 * below 2^53; a larger float has lost digits and is not an id, and noted in JSON); NaN is absent,
 * as null is. Lists, objects and bytes are not ids; an expression can make one from them. Joins,
 * keys of side files and ids of the tree are matched by text.
 *
 * <p>An expression takes a column's text where it asks for one ({@code store || '-' || user}), and
 * otherwise a value. A csv or JSON column is a number only where all its values are written as one
 * program writes numbers: whole without leading zeros, or decimals in one form. Those that are not
 * (007 and 7, 1.10 and 1.1) are texts, in {@code --context}, too: {@code item <> 7} then compares
 * with the text 7, while arithmetic and order take the number. Numbers that a double cannot tell
 * apart are texts as contexts unless {@code :numeric} says otherwise.
 *
 * <p>Words that programs write for null (NULL, NaN, None, NA, \N, nil, ...) are not ids: such rows
 * are bad rows that name the word. In contexts and features they are missing values, with a note;
 * {@code --null-words} sets other words, or none with {@code ""}. Numbers of features and contexts
 * are finite. A side file that has several rows of a key counts them once if they are equal, and is
 * refused with their lines if they are not. It is refused if no key matches, and noted if only some
 * do. Its bad lines are bad rows, counted apart from the log's.
 *
 * <h2>Public logs, one command each</h2>
 *
 * <pre>{@code
 * import movielens --from ml-100k --to logs/ml-100k
 * import lightgcn --from movielens1m-m1 --to logs/ml-1m-m1
 * import baskets --from instacart --to logs/instacart
 * import baskets --from lgsr-600/transactions.parquet --to logs/lgsr-600 \
 *     --column user=CUST_CODE --column request=BASKET_ID --column item=PROD_CODE \
 *     --column "time=strptime(printf('%d %d', SHOP_DATE, SHOP_HOUR), '%Y%m%d %H')" \
 *     --tree "PROD_CODE_40>PROD_CODE_30>PROD_CODE_20>PROD_CODE_10"
 * import baskets --from online_retail.csv.gz --to logs/online-retail \
 *     --column user=CustomerID --column request=InvoiceNo --column item=StockCode \
 *     --column time=InvoiceDate --item-name Description \
 *     --where "CustomerID IS NOT NULL" --where "InvoiceNo NOT LIKE 'C%'" --where "Quantity > 0"
 * }</pre>
 *
 * <p>Rows are ordered, split and cut into sessions at the source's own resolution of time, and then
 * by their place in the log; microseconds are stored ({@link
 * dev.twotower.data.imports.columns.TimeColumn}).
 *
 * <p>Equal requests give equal bytes, in any time zone and locale.
 */
package dev.twotower.data.imports;
