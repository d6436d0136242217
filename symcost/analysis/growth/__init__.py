"""How costs grow: big-O in several dimensions at once, under declared relations.

monomial      products of powers, logarithms and exponentials
rays, cone    which of them stay bounded in a cone of directions, by its extreme rays
region        all the cones in which dimensions grow; maximal monomials
terms         what is known of an expression: terms with numbers, terms by size, terms that may be anything
reading       the rules by which an expression is read as terms; sums, those of finite sums
relation      what a user declares; plain, without logarithms; constraints, what that says of monomials;
              relations, several together
leading       leading terms with their constants
writing       O(T H (I + H))
order         the growth of an expression
"""

from symcost.analysis.growth.order import Growth, growth
from symcost.analysis.growth.relation import Relation
from symcost.analysis.growth.relations import Relations

__all__ = ["Growth", "growth", "Relation", "Relations"]
