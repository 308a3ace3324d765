"""The pages of cs_qa: `streamlit run app.py`, with the database in $CS_QA_DB."""

from cs_qa.ui.routes import main

main()
