/** A trained run put to use: asked for recommendations, exported (design 10). */
package dev.twotower.trainer.serving.recommend;
