"""One table of networks from four places: layers, a file with bare costs, a named network, a plain networkx graph."""

from pathlib import Path

import networkx

import symcost as sc

T, H, I = sc.T, sc.H, sc.I

stacked = sc.Sequential("two LSTMs", sc.Input(T, I), sc.LSTM(I, H), sc.LSTM(H, H))
scan = sc.load(Path(__file__).with_name("scan.toml"))
rnn = sc.architecture("rnn")

graph = networkx.DiGraph(name="from a graph")
graph.add_node("x", shape=(T, I))
graph.add_node("recurrence", layer=sc.GRU(I, H))
graph.add_node("own", params=H**2, work=T * H**2, depth=1)  # sympy expressions, no layer
graph.add_edges_from([("x", "recurrence"), ("recurrence", "own")])

print(sc.table([stacked, scan, rnn, graph], ["complexity", "parameters", "depth", "activations"], "macs"))
