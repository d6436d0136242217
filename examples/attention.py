"""Attention, and encoders with decoders that ask them: T_cross steps come in, T_self steps go out."""

import symcost as sc
from symcost import D, T_cross, T_self

query, memory = sc.Input(T_self, D), sc.Input(T_cross, D)
plain = sc.Network("dot products", (query, memory), sc.ScaledDotProductAttention()(query, memory, memory))
print("Attention without projections:", sc.text(plain.macs), "MACs, half for scores, half for weighted sums;")
print("  at N = 7 queries, M = 5 keys, D = 3:", plain.at(T_self=7, T_cross=5, D=3).macs)
print("  parameters:", plain.parameters)

names = ["attention", "encoder-decoder", "speech-synthesis", "translation", "translation-sampling"]
networks = [sc.architecture(name) for name in names]
print(sc.table(networks, ["macs", "parameters", "time scaling", "depth"], "macs").render("text"))

training, sampling = (sc.architecture(name).at(T_cross=20, T_self=30) for name in names[3:])
print("Translation of 20 words by 30: depth", training.depth, "in training,", sampling.depth, "in sampling")
