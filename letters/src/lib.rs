//! Letters: data and a template become a PDF.
