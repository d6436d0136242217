"""Convolution is filtering: what the filters cost, and what an impulse becomes."""

import numpy as np

import symcost as sc

names = ["minimal-convolution", "fir", "iir", "width-one-convolution", "convolution"]
networks = [sc.architecture(name) for name in names]
print(sc.table(networks, ["macs", "parameters", "time scaling", "depth"], "macs").render("text"))

impulse = np.eye(6, 1)  # 1, then zeros: T = 6 steps of one channel
taps = [0.5, 0.25, 0.125, 0.0625]
# A kernel lies as PyTorch's do: the last weight multiplies the present step.
fir = sc.execute(sc.Conv1d(1, 1, 4, padding="causal", bias=False), impulse, weights={"weight": [[taps[::-1]]]})
iir = sc.execute(sc.IIR(), impulse, weights={"b": [[0.5]], "a": [[0.5]]})
print("FIR, impulse response:", fir[:, 0].tolist())
print("IIR, impulse response:", iir[:, 0].tolist())

fir_work = sc.count(sc.Conv1d(1, 1, 4, padding="causal", bias=False), impulse)[1]
print(f"FIR on {len(impulse)} steps, counted: {fir_work['mac']} multiply-accumulates")
