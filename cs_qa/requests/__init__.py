"""What agents ask customers for, and whether the customer has given it before."""

from cs_qa.requests.asking import Request, asked
from cs_qa.requests.comparing import AskedAgain, Comparison, Said, compare
from cs_qa.requests.giving import given

__all__ = ["AskedAgain", "Comparison", "Request", "Said", "asked", "compare", "given"]
