/**
 * {@code tune}: a search for settings under a budget, judged on validation alone.
 *
 * <p><b>Space.</b> {@link dev.twotower.trainer.tune.Space} lists the values of each setting; a
 * trial draws one of each, uniformly and independently, from a stream of its own number, so that
 * trial 17 is the same in a search of 20 and of 200. Trial 0 has the settings that the search began
 * with, the defaults or what {@code --set} and {@code --config} say; what these name is not
 * searched.
 *
 * <p><b>Successive halving</b> (Jamieson and Talwalkar, AISTATS 2016; Hyperband, JMLR 2018): all
 * trials are trained to the epoch of the first rung; the best third goes on to three times as many
 * epochs, and so on up to the limit, the setting {@code epochs}. A trial goes on from its
 * checkpoint, so nothing is trained twice. Every rung costs about as much as the one before, so n
 * trials cost about as much as n/27 trainings to the limit a rung, four rungs in all. Trial 0
 * always goes on: it is what the best is compared with. A trial that its own patience ends keeps
 * its value.
 *
 * <p><b>Budget.</b> With a number of trials, the search does not depend on time, and which trials a
 * rung has is known before it begins, so they may be trained side by side. With minutes, trials are
 * drawn as long as the search is expected to fit: by the mean time of a first rung so far, times
 * what a trial costs with its share of the later rungs; and later no trial is begun whose next rung
 * would not fit. Patience ends many trials early, and the first of them warms up the machine, so
 * after the last rung time is left: then more trials are drawn, now by what trials have cost in
 * all, and the best third of all of them goes on, which is the search that as many trials from the
 * start would have been. So on until the time is used. All this is decided by the seconds in the
 * runs' own logs, so a search that was killed and started again decides again what it decided.
 *
 * <p><b>Files.</b> {@code runs/NNN/} holds trial NNN as {@code train} would have written it; {@code
 * tune.json}, {@code tune.html} and {@code best.yaml} appear together, under a seal. There is no
 * state beside the runs: a search starts from the beginning and finds what is trained already.
 */
package dev.twotower.trainer.tune;
