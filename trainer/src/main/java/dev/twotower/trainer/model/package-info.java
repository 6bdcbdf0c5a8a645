/**
 * A two-tower model: its tables, towers and dense parameters, how they are optimised, saved and
 * used to score.
 */
package dev.twotower.trainer.model;
