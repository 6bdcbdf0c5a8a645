/** What commands print on a terminal: tables and sentences made from results. */
package dev.twotower.trainer.command.text;
