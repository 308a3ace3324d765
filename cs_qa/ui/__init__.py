"""The pages that people look at; Streamlit is imported only when one is drawn."""
