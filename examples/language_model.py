"""A language model: training sees all steps at once, sampling makes one after the other. And what an embedding is."""

import symcost as sc

names = ["embedding", "one-hot-embedding", "language-model", "language-model-sampling"]
networks = [sc.architecture(name) for name in names]
print(sc.table(networks, ["macs", "parameters", "depth", "width"], "macs").render("text"))

training, sampling = networks[2:]
print("In training, step by step through the layers:")
for part in training.layers:
    print(f"  {part.name}: {sc.text(part.cost.work['mac'])}")
more = sampling.macs - training.macs
print("Sampling does more by", sc.text(more), "since its words go in as distributions, by a product")
sizes = {"T": 50, "E": 128, "H": 256, "V": 10_000}
print("Depth at T = 50:", training.at(**sizes).depth, "in training,", sampling.at(**sizes).depth, "in sampling")
