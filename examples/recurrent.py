"""Recurrent networks: the cell, the network over T steps, gates, more layers, two directions."""

import symcost as sc

names = ["rnn-cell", "rnn", "lstm", "gru", "stacked-rnn", "bidirectional-rnn"]
columns = ["macs", "parameters", "time scaling", "depth", "state"]
networks = [sc.architecture(name) for name in names]
print(sc.table(networks, columns, "lecture").render("text"))  # without biases, as the slides count
print(sc.table(networks, columns, "macs").render("text"))  # with two biases a gate, as PyTorch has them

rnn, lstm, gru = (sc.architecture(name) for name in ("rnn", "lstm", "gru"))
print("LSTM : RNN =", (lstm.macs / rnn.macs).simplify(), " GRU : RNN =", (gru.macs / rnn.macs).simplify())
print("RNN at T=100, I=64, H=128:", rnn.at(T=100, I=64, H=128).macs, "multiply-accumulates")
