"""The peers: what is drawn for each, and how it is fitted.

A peer has `draw(random)`, which gives settings, `DEFAULTS`, the settings that its library has by default, and `fit(log,
settings, seed, rounds)`, a generator that gives (round, user vectors, item vectors) whenever there is something to judge, up to
`rounds` if that is given. What has a bias has it as one more number of the vectors. Libraries are imported where they are used.
"""

import os

import numpy


class Diverged(Exception):
    """A fit whose numbers left the floats' range."""


def implicit_fit(model, counts):
    """One call of a fit of implicit, which ends a fit that diverges by an exception of its own."""
    from implicit.recommender_base import ModelFitError

    try:
        model.fit(counts, show_progress=False)
    except ModelFitError as error:
        raise Diverged(str(error)) from error


def logarithmic(random, low, high):
    """A number whose logarithm is uniform, to three digits."""
    return float("%.3g" % numpy.exp(random.uniform(numpy.log(low), numpy.log(high))))


class ImplicitAls:
    """Alternating least squares with confidences (Hu, Koren and Volinsky 2008)."""

    DEFAULTS = {"factors": 100, "regularization": 0.01, "alpha": 1.0}
    ROUNDS = 30

    def draw(self, random):
        return {
            "factors": random.choice([8, 16, 32, 64, 128]),
            "regularization": logarithmic(random, 0.003, 30),
            "alpha": logarithmic(random, 0.3, 40),
        }

    def fit(self, log, settings, seed, rounds):
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(iterations=1, num_threads=1, random_state=seed, **settings)
        for done in range(1, (rounds or self.ROUNDS) + 1):
            implicit_fit(model, log.train)
            yield done, model.user_factors, model.item_factors


class ImplicitBpr:
    """Matrix factorisation by Bayesian personalised ranking (Rendle et al. 2009), with a bias for each item."""

    DEFAULTS = {"factors": 100, "learning_rate": 0.01, "regularization": 0.01}
    ROUNDS = 300
    STEP = 10

    def draw(self, random):
        return {
            "factors": random.choice([8, 16, 32, 64, 128]),
            "learning_rate": logarithmic(random, 0.003, 0.3),
            "regularization": logarithmic(random, 0.0003, 0.1),
        }

    def fit(self, log, settings, seed, rounds):
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        # One generator for all calls: with a number, each would draw the same triples again.
        state = numpy.random.default_rng(seed)
        model = BayesianPersonalizedRanking(iterations=self.STEP, num_threads=1, random_state=state, **settings)
        for done in range(self.STEP, (rounds or self.ROUNDS) + 1, self.STEP):
            implicit_fit(model, log.train)
            yield done, model.user_factors, model.item_factors


class RectoolsPureSvd:
    """The truncated singular value decomposition of the counts (Cremonesi, Koren and Turrin 2010)."""

    DEFAULTS = {"factors": 10}

    def draw(self, random):
        return {"factors": int(logarithmic(random, 5, 300))}

    def fit(self, log, settings, seed, rounds):
        import pandas
        from rectools import Columns
        from rectools.dataset import Dataset
        from rectools.models import PureSVDModel

        counts = log.train.tocoo()
        rows = pandas.DataFrame({
            Columns.User: counts.row,
            Columns.Item: counts.col,
            Columns.Weight: counts.data,
            Columns.Datetime: "2000-01-01",
        })
        dataset = Dataset.construct(rows)
        most = min(log.known_users.sum(), log.known_items.sum()) - 1
        model = PureSVDModel(factors=int(min(settings["factors"], most)), random_state=seed)
        model.fit(dataset)
        some_users, some_items = model.get_vectors()
        yield (
            1,
            placed(some_users, dataset.user_id_map.external_ids, log.users),
            placed(some_items, dataset.item_id_map.external_ids, log.items),
        )


def placed(vectors, numbers, count):
    every = numpy.zeros((count, vectors.shape[1]), numpy.float32)
    every[numbers] = vectors
    return every


class TfrsTwoTower:
    """Two embeddings under the retrieval task of TensorFlow Recommenders, in-batch softmax, shuffled rows."""

    DEFAULTS = {
        "dim": 32,
        "batch": 4096,
        "learning_rate": 0.1,
        "temperature": 1.0,
        "unit": False,
        "remove_accidental_hits": False,
        "correction": False,
    }  # those of its tutorials
    ROUNDS = 60

    def draw(self, random):
        unit = random.random() < 0.75
        return {
            "dim": random.choice([8, 16, 32, 64, 128]),
            "batch": random.choice([512, 1024, 4096]),
            "learning_rate": logarithmic(random, 0.03, 1.0),
            "temperature": logarithmic(random, 0.05, 0.5) if unit else 1.0,
            "unit": unit,
            "remove_accidental_hits": random.random() < 0.5,
            "correction": random.random() < 0.75,
        }

    def fit(self, log, settings, seed, rounds):
        # TensorFlow Recommenders knows Keras 2 only, which is the package tf_keras now.
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        import tensorflow as tf
        import tensorflow_recommenders as tfrs

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.keras.utils.set_random_seed(seed)

        def table(rows, own):
            # A seed of its own for each: with the same one, user i and item i would start with the same vector.
            start = tf.keras.initializers.RandomNormal(stddev=settings["dim"] ** -0.5, seed=own)
            return tf.keras.layers.Embedding(rows, settings["dim"], embeddings_initializer=start)

        user_table = table(log.users, 2 * seed)
        item_table = table(log.items, 2 * seed + 1)
        tower = (lambda vectors: tf.math.l2_normalize(vectors, axis=-1)) if settings["unit"] else (lambda vectors: vectors)
        task = tfrs.tasks.Retrieval(
            temperature=settings["temperature"],
            remove_accidental_hits=settings["remove_accidental_hits"],
        )
        optimizer = tf.keras.optimizers.legacy.Adagrad(settings["learning_rate"])
        share = tf.constant(numpy.maximum(log.popularity, 1) / log.popularity.sum(), tf.float32)
        user_table.build(None)
        item_table.build(None)

        @tf.function
        def step(user, item):
            with tf.GradientTape() as tape:
                loss = task(
                    tower(user_table(user)),
                    tower(item_table(item)),
                    candidate_ids=item,
                    candidate_sampling_probability=tf.gather(share, item) if settings["correction"] else None,
                    compute_metrics=False,
                )
            weights = user_table.trainable_weights + item_table.trainable_weights
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

        rows = log.train.tocoo()
        copies = rows.data.astype(int)
        user = numpy.repeat(rows.row, copies)
        item = numpy.repeat(rows.col, copies)
        random = numpy.random.RandomState(seed)
        batch = min(settings["batch"], len(user))
        for done in range(1, (rounds or self.ROUNDS) + 1):
            order = random.permutation(len(user))
            for first in range(0, len(user) - batch + 1, batch):
                some = order[first:first + batch]
                step(tf.constant(user[some]), tf.constant(item[some]))
            yield done, tower(user_table.embeddings).numpy(), tower(item_table.embeddings).numpy()


class MllibAls:
    """Alternating least squares of Spark MLlib, with implicitPrefs, on one thread of one process."""

    DEFAULTS = {"rank": 10, "regParam": 0.1, "alpha": 1.0, "maxIter": 10}

    def __init__(self):
        self.session = None

    def draw(self, random):
        return {
            "rank": random.choice([8, 16, 32, 64, 128]),
            "regParam": logarithmic(random, 0.001, 1.0),
            "alpha": logarithmic(random, 0.3, 40),
            "maxIter": random.choice([5, 10, 15]),
        }

    def fit(self, log, settings, seed, rounds):
        from pyspark.ml.recommendation import ALS

        counts = log.train.tocoo()
        frame = self.spark().createDataFrame(self.arrow(counts)).coalesce(1)
        model = ALS(
            implicitPrefs=True, userCol="user", itemCol="item", ratingCol="count", seed=seed,
            numUserBlocks=1, numItemBlocks=1, **settings,
        ).fit(frame)
        yield 1, vectors(model.userFactors, log.users), vectors(model.itemFactors, log.items)

    @staticmethod
    def arrow(counts):
        import pyarrow

        return pyarrow.table({
            "user": pyarrow.array(counts.row.astype("int32")),
            "item": pyarrow.array(counts.col.astype("int32")),
            "count": pyarrow.array(counts.data.astype("float32")),
        })

    def spark(self):
        if self.session is None:
            from pyspark.sql import SparkSession

            self.session = (
                SparkSession.builder.master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.driver.memory", "2g")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.extraJavaOptions", "-XX:ActiveProcessorCount=1 -XX:+UseSerialGC")
                .getOrCreate()
            )
            self.session.sparkContext.setLogLevel("ERROR")
        return self.session

    def children(self):
        """Seconds of the Java machine, which runs beside."""
        if self.session is None:
            return 0.0
        with open("/proc/%d/stat" % self.session.sparkContext._gateway.proc.pid, encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        """Ends the Java machine and waits for it, so that its seconds count."""
        if self.session is not None:
            gateway = self.session.sparkContext._gateway
            self.session.stop()
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()


def vectors(frame, count):
    rows = frame.toArrow()
    numbers = rows["id"].to_numpy()
    flat = rows["features"].combine_chunks().flatten().to_numpy()
    return placed(flat.reshape(len(numbers), -1), numbers, count)


PEERS = {
    "implicit-als": ImplicitAls,
    "implicit-bpr": ImplicitBpr,
    "rectools-puresvd": RectoolsPureSvd,
    "tfrs": TfrsTwoTower,
    "mllib-als": MllibAls,
}
