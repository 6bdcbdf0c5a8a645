/**
 * What looks odd about a log and is still read as it stands: rows in the wrong century, and columns
 * in the wrong role. {@code import} and {@code describe} tell it; nothing is left out for it. One
 * pass over the rows in storage order ({@link dev.twotower.data.odd.LogTally}) counts all that the
 * rules need.
 *
 * <p><b>Times</b> ({@link dev.twotower.data.odd.OddTimes}), by days of UTC. Rows are told of
 *
 * <ul>
 *   <li>when they are of the day after tomorrow or later, by the clock of the machine. Tomorrow is
 *       none of them: it may be local time, which can be 14 hours ahead of UTC;
 *   <li>when they are of 1970 and all others are a year or more later, or later at all where the
 *       times are numbers: 0 is a time that is not known, and numbers of a larger unit are near it;
 *   <li>when they are the first or last of at least ten, at most 5 % of them (one of fewer than
 *       20), and a gap sets them apart that is longer than 180 days and than the time between the
 *       others, of which the 5 % at the other end do not count.
 * </ul>
 *
 * <p><b>Roles</b> ({@link dev.twotower.data.odd.OddRoles}), from 20 rows on. It is told
 *
 * <ul>
 *   <li>when 99 % of the rows, or more, have a user whom no other row has: such a user numbers
 *       rows. The same of items;
 *   <li>when of at least 20 users with several rows 99 %, or more, have all of them within 24
 *       hours, though the middle 90 % of the rows take ten days or more: such a user is a session;
 *   <li>when of the log's own requests with several rows 1 %, or more, take longer than 24 hours;
 *   <li>when 1 % of the requests' ids, or more, come with several users ({@code SharedRequests} of
 *       the importers), unless they count the requests of each user, as they do where half of the
 *       users, or more, have the numbers 1 to n or 0 to n - 1;
 *   <li>when user and item are interchanged: by the names of their columns, because nearly every
 *       request has many users and one item, or because rows of exactly one moment, 100 pairs of
 *       them at least, have one item in half of the pairs or more, 20 times as often as by chance
 *       and as one user.
 * </ul>
 */
package dev.twotower.data.odd;
