"""A language model: training sees all steps at once, sampling makes one after the other. And what an embedding is."""

import symcost as sc

sampled = ["language-model-sampling", "language-model-sampling-uncached"]
names = ["embedding", "one-hot-embedding", "language-model", *sampled]
networks = [sc.architecture(name) for name in names]
print(sc.table(networks, ["macs", "parameters", "depth", "width"], "macs").render("text"))

training, sampling, uncached = networks[2:]
print("In training, step by step through the layers:")
for part in training.layers:
    print(f"  {part.name}: {sc.text(part.cost.work['mac'])}")
print("Sampling does", sc.text(sampling.macs / training.macs), "times that where it keeps its state,")
print("and", sc.text((uncached.macs / training.macs).cancel()), "times where it runs anew on all words before")
sizes = {"T": 50, "E": 128, "H": 256, "V": 10_000}
print("Depth at T = 50:", training.at(**sizes).depth, "in training,", sampling.at(**sizes).depth, "in sampling")
