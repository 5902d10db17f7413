from .data_quality import check as check
